"""Groups of words that the patterns name in angle brackets, and how patterns are put together."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["suicide", "self_harm", "violence", "harm_to_others"]
KINDS: tuple[Kind, ...] = ("suicide", "self_harm", "violence", "harm_to_others")  # the gravest first

GROUPS = {
    "SOME": (
        r"(?:(?:just|really|actually|even|still|only|kind of|sort of|almost|nearly|also|honestly|always|sometimes|"
        r"often|maybe|ever|then|literally|properly|fucking|bloody) ){0,3}"
    ),
    "WANT": (
        r"(?:want|wants|wanted|wanting|wish to|wished to|hoping to|hope to|hoped to|ready to|rather|sooner|"
        r"prefer to|wish i could|wished i could|'d like|would like|'d love|longing|dying inside and want|pray to|"
        r"itching)(?: to)?"
    ),
    "OVER": (
        r"(?:anymore|any longer|some (?:days|nights|mornings)|sometimes|at all|most (?:days|nights|mornings)|at "
        r"night|in the (?:night|morning)s?)"
    ),
    "DEATHLY": (
        r"(?:bridge|roof|platform|tracks?|rails|balcony|cliff|quarry|building|edge|overpass|flyover|window|"
        r"multi-?storey|car park|bus|train|tram|tube|truck|lorry|traffic|car|motorway|freeway|river|sea|canal|"
        r"lake)"
    ),
    "MEANS": (
        r"(?:pills|tablets|paracetamols?|tylenol|advil|ibuprofen|meds|medication|insulin|sleeping pills|morphine|"
        r"codeine|antidepressants|painkillers|bottle of pills|packets|blister packs?)"
    ),
    "GUN": r"(?:gun|shotgun|pistol|rifle|revolver|\.22|twelve-gauge|noose|rope|belt|razor|knife|blade)",
    "LIMB": (
        r"(?:arms?|wrists?|legs?|thighs?|hips?|skin|stomach|belly|hands?|fingers?|ankles?|chest|shoulders?|"
        r"forearms?|calf|calves|ribs|body)"
    ),
    "HE": (
        r"(?:he|she|(?:my|the|his|her) (?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|ex(?:-\w+)?|ex "
        r"husband|dad|father|da|pa|mom|mum|mam|ma|mother|son|daughter|brother|sister|stepdad|stepfather|stepmum|"
        r"stepmom|stepson|uncle|aunt|roommate|flatmate|missus|old man|fella|bloke|man|hubby|fianc\u00e9e?|lad|boy|"
        r"in-laws?|mother-in-law|father-in-law|grandson|nephew|cousin|landlord|carer|baby daddy|kids' dad|other "
        r"half)|(?:dad|mom|mum|mam))"
    ),
    "HAS": (
        r"(?:'s|'d|'ll| has| had| would| will| used to| keeps?| starts?| started| did| does| just| then| always|"
        r" even| also| only| sometimes| once| went and| got up and| \w+ly| never stops| and)*"
    ),
    "ME": (
        r"(?:me|us|the kids|the baby|my (?:kids?|children|baby|son|daughter|mom|mum|mam|mother|sister|brother|"
        r"little \w+))"
    ),
    "HIT": (
        r"(?:hit|hits|hitting|punche?[sd]?|punching|slap(?:s|ped|ping)?|kick(?:s|ed|ing)?|chok(?:es?|ed|ing)|"
        r"strangl(?:es?|ed|ing)|throttl(?:es?|ed|ing)|shov(?:es?|ed|ing)|beats?|beaten|beating|batter(?:s|ed|"
        r"ing)?|rap(?:es?|ed|ing)|pin(?:s|ned)|burn(?:s|ed|t)|grab(?:s|bed|bing)?|push(?:es|ed|ing)?|hurt|hurts|"
        r"hurting|smack(?:s|ed|ing)?|whack(?:s|ed)?|thump(?:s|ed|ing)?|clout(?:s|ed)?|belt(?:s|ed)|backhand(?:s|"
        r"ed)|headbutt(?:s|ed)?|bit|bites|drag(?:s|ged)|threw|throws|thrown|stab(?:s|bed)|smother(?:s|ed)|"
        r"knock(?:s|ed)|assault(?:s|ed)|attack(?:s|ed)|molest(?:s|ed)|spat on|spits on|lamp(?:s|ed)|nut(?:s|ted)|"
        r"whip(?:s|ped))"
    ),
    "HIM": (
        r"(?:him|her|them|someone|somebody|people|everyone|anybody|anyone|(?:my|the) (?:\w+ )?(?:wife|husband|"
        r"partner|boyfriend|girlfriend|ex|kids?|baby|child|children|son|daughter|boy|girl|mum|mom|mam|mother|dad|"
        r"father|brother|sister|boss|manager|neighbou?r|little \w+|toddler|lad|man|guy|bastard|dog)|my kid)"
    ),
    "HARM": (
        r"(?:hurt|harm|stab|smother|drown|suffocate|poison|shoot|maim|cripple|drop|burn|attack|cut|knife|scald|"
        r"beat)"
    ),
    "DO_IT": r"(?:kill|strangle|throttle|murder|punch|slap|shake|smack|thump|hit|choke|batter)",
    "MINE": (
        r"(?:phone|messages|texts|emails|e-mails|bag|handbag|purse|wallet|mail|post|laptop|whatsapps?|dms|call "
        r"log|calls)"
    ),
}  # fmt: skip


def compiled(*patterns: str) -> re.Pattern[str]:
    """Any of them, at the beginning of a word. Read against `words.plain`: lower case, fillers gone."""
    joined = "|".join(patterns)
    for name, group in GROUPS.items():
        joined = joined.replace(f"<{name}>", group)
    return re.compile(rf"(?<![\w'-])(?:{joined})")
