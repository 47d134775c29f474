"""Patterns of what is answered to a question about danger."""

from __future__ import annotations

import re

HUM = (
    r"(?:(?:oh|um+|uh+|well|god|mm+|hm+|i mean|okay|ok"
    r"|honestly|look|like|jesus|christ|lord|ah|so|sorry|listen|right|you know|to be (?:honest|fair))\b[,.!\u2026 ]*)*"
)
NO = re.compile(
    rf"{HUM}(?:no\b|nope|nah|naw|never\b(?! (?:went|left|stopped|gone))|none\b|not (?:at all|a chance|me\b|once|"
    rf"like that|in that way|since|any|"
    r"suicid\w*|even)|absolutely not|of course not|definitely not|certainly not|nothing\b|nobody|no one|i (?:haven't|"
    r"don't|didn't|wouldn't|couldn't|'m not)|i'm (?:not|fine|"
    r"safe|okay)|i(?:'d| would) (?:never|tell you)|it (?:hasn't|isn't|didn't|doesn't)|(?:he|she|they)(?: hasn't|"
    r" hadn't| didn't| doesn't| wouldn't| won't| don't|'d never| would "
    r"never| never|'s never|'s not|'s a (?:lamb|sweetheart|marshmallow))|there (?:haven't|hasn't|aren't|isn't|'s no)|"
    r"that's (?:all )?gone|i want to live|all gone|god forbid|don't be (?:daft|silly))"
)
FLAT_NO = re.compile(
    rf"{HUM}(?:no|never|nope|nah)\b(?:,? (?:no|seriously|really|honestly|never|nope|not at all))*[.!]*"
)
OVER = re.compile(
    r"\b(?:that|it|all that)(?:'s| is) (?:all )?(?:finished|over|gone|done with|behind me|a long time (?:ago|"
    r"behind))\b"
)
FIRMLY = re.compile(
    rf"{HUM}(?:no[,.]? (?:no\b|not at all|never|honestly|seriously|god)|not me\b|not at all|absolutely not|never\b|"
    rf"of course not)"
)
HEDGE = re.compile(
    r"\b(?:not (?:really|exactly|quite|always|entirely|lately|anymore|recently|since (?!then|that|\w+ (?:years|and))|"
    r"today|this (?:week|morning)|right now|as (?:much|bad|often)|so (?:much|bad)|often|every)|"
    r"sometimes|some (?:days|nights|mornings)|crosse[sd] my mind|i think about it|thought about it|i do think|"
    r"comes? and goes?|came and went|wouldn't (?:do|act)|would never (?:do|act)|i'd never (?:do|act)|not "
    r"(?:like|that) i'd|won't (?:do|act)|do anything about it|(?:kind|sort) of(?=[.,!]|$)|(?<=[.,] )a (?:bit|little)|"
    r"once or twice|now and (?:then|again)|depends|"
    r"i guess|i suppose|at night|only (?:when|if|at|on|the once|once|a few|tues\w*|mon\w*|sun\w*|sat\w*|wed\w*|thu\w*|"
    r"fri\w*|sometimes|in)|not killing myself|more like|same thing|bit of both|hard to say|i (?:don't|do not) "
    r"know(?=[.,!]|$| if| whether)|i'm not sure(?! what)|dunno|mostly|"
    r"most of the time|but (?:i (?:do|did|have|think|thought|wish|want|sometimes|get|feel)|some|there(?:'s| is| was|"
    r" are)|lately|it|once|he|she|not)|except (?:when|once|for|on|last)|wish i|i wish|i just wish|"
    r"rather not (?:say|answer|talk)|does \w+ count)\b"
)
YES = re.compile(
    rf"{HUM}(?:yeah|yes|yep|yup|aye|mm-?hm+|uh-?huh|sure|i (?:do|did|have|am|was|think so|think about|thought|have "
    rf"thought|would lie|guess|suppose|keep|can't stop|nearly|almost|still)\b(?! (?:feel|want to live|have tickets|"
    rf"not))|i've (?:thought|been|"
    r"had|done|got)|sometimes|often|always|every (?:day|night|morning|week|time)|all the time|most (?:days|nights)|"
    r"constantly|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|last (?:night|week|month|\w+day)|(?:mon|tues|wednes|"
    r"thurs|fri|satur|sun)day\b|this (?:week|morning|weekend)|a (?:bit|little|few|lot|couple)|maybe|probably|"
    r"once|twice|three times|a few times|one or two|two nights|some|kind of|sort of|still|less|fewer|better|worse|"
    r"quieter|louder|stronger|weaker|the same|same|there(?:'s| is| was| are|'ve been| have been)\b(?! (?:no|nothing|"
    r"none|not|nobody))|they(?:'re| are| come| came|"
    r" were|'ve been| never (?:went|left|stopped))(?! (?:gone|fine|not|lovely))|it(?:'s| is) (?:there|still|worse|"
    r"better|not so bad|not that bad|bad|been)|it is not so bad|(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    r"\d+)(?: out of ten| or \w+)?(?=[.,!]|$)|on (?:bad|some) "
    r"(?:days|nights)|(?:he|she|they) (?:has|did|does|do|shoves|hits|pushe[sd]|grabs|grabbed|hit|throws|threw|shouts|"
    r"had|would|gets|can)\b(?!n't| not| never)|when (?:he|she|i|it)(?:'s| is|'ve| have| get| gets| was|'d)? |only "
    r"(?:when|if|once|on)|"
    r"i (?:hit|shook|cut|burn|took|hold|held|put)\b)"
)
ADMITS_LATER = re.compile(
    r"(?:^|[.,!?] )(?:so |and |but |well,? |then )*(?:yeah|yes|yep)\b(?! (?:i'm|it's) (?:fine|okay|safe))|\bi(?:'ve|"
    r" have)? (?:do )?thought about (?:it|that|how)|\bi think about it|\bi would lie\b|\bnever (?:went|left|stopped)\b"
)
ASKS = re.compile(
    r"\b(?:have you|do you|are you|is (?:he|she|there|it|some|any)|has (?:he|she|it|anyone|anybody|your)|does (?:he|"
    r"she|anyone|any|your|it)|did (?:he|she|you|they|it|your)|any (?:thoughts|self|urges|suicid\w*|part|of it)|you "
    r"(?:ever|afraid|safe|still)|when you|was (?:there|it|any)|"
    r"were (?:you|there)|what (?:about|happens)|how (?:are|is|have|were|was|about|close|often|bad)|no (?:thoughts|"
    r"self|suicid\w*)|ever)\b"
)
SAFE = re.compile(
    r"\b(?:feel|feeling|felt|are you|you're|be|you) (?:\w+ )?safe\b|keep(?:ing)? yourself safe|stay safe|safe (?:with|"
    r"from) yourself|safe (?:at home|going home|with (?:him|her)|tonight)|you want to live\b|wanting to live\b"
)
PRESUPPOSES = re.compile(
    r"\bhow (?:are|is|have|has|were|was|about|often|bad|strong|loud|close)\b|\bout of ten\b|\b(?:come|came|coming) "
    r"back\b|\b(?:last time|last week|you (?:told|said|mentioned|'ve told|wrote))\b|\bbeen around\b|\bwhat stopped "
    r"you\b|\bthe (?:urges?|cutting)\b"
)
# Whether an act was meant to end in death is asked of somebody who has harmed themselves.
OF_AN_ACT = re.compile(r"^(?:when|the time) you (?:did|do|done)|^was any|^(?:mean|meant|trying|meaning) to")
BEYOND = re.compile(r"\b(?:beyond|apart from|other than|more than(?: just)?|worse than|past)(?: \w+)?\s*$")
GONE = re.compile(
    rf"{HUM}(?:gone|none|no\b(?! (?:better|worse|different))|not (?:at all|there|once)|nothing|zero|nought|haven't|i "
    rf"haven't|they(?:'re| are|'ve) (?:all )?gone|it(?:'s| is|'s all) gone|fine\b|nope|never\b)"
)
OF_A_CHILDHOOD = re.compile(
    r"\b(?:when you were|as a child|growing up|back then|in (?:your childhood|those days)|did your (?:dad|father|mum|"
    r"mom|mother|stepdad|parents)|used to)\b"
)
SAFELY = re.compile(
    rf"{HUM}(?:yes|yeah|yep|i do|i am|very|always|of course|completely|perfectly|totally|aye|sure|safe|absolutely|"
    rf"with \w+)\b"
)
UNSAFE = re.compile(
    rf"{HUM}(?:no\b(?!,? (?:it's|i'm|he's|she's|we're) (?:fine|good|safe|lovely))|nope|not (?:really|always|sure|"
    rf"with|when|any|since|tonight|at)|sometimes|depends|it depends|i don't (?:know|think|feel)|dunno|mostly|most of "
    rf"the time|"
    r"never|when he's|as long as|not as|less|i used to|i'm (?:scared|afraid|not)|hardly|if (?:he|she|i))"
)
THOSE = re.compile(
    r"\b(?:those|the|such|these) thoughts?\b(?! (?:on|record|diary|that you're))|\bthoughts like (?:that|those)\b"
)
OTHERS = re.compile(
    r"\b(?:your (?:mother|mum|mom|mam|father|dad|brother|sister|friend|son|daughter|uncle|aunt|husband|wife|partner|"
    r"nan|gran\w*|client|patient|cousin|niece|nephew)|he|she|they|someone|somebody|the \w+)\b(?:'s| is| was| has| had|"
    r"'d)?(?: \w+){0,2}$"
)
DENYING = re.compile(r"\b(?:no|not|never)\b|n't\b")
NO_PART = re.compile(r"\b(?:not|n't) been part")
NOT_SAFE = re.compile(r"unsafe|not (?:safe|want)|n't want")
AGREES = re.compile(rf"{HUM}(?:right|correct|yeah|yes|exactly|that's right)\b")
BUT_NOT_ALWAYS = re.compile(
    r"\b(?:but|except|unless|as long as)\b[^.]{0,30}\b(?:he|she|drink|drunk|night|sometimes|not)\b"
)
NOT_ALWAYS = re.compile(r"\b(?:drinking|drunk|sometimes|not (?:always|really)|i don't know|scared|depends)\b")
OF_YOU = re.compile(r"\byou\b(?:'\w+)?(?: \w+){0,4}$")
