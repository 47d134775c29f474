"""Word lists that several modules share; general English, nobody's words."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a text, for lists that are easier read as running text."""
    return frozenset(words.split())


# Words that carry no content of their own: never a theme, never what two lines have in common.
_STOP = listed(
    """a about above actually after again against ago ain't all almost alone along already alright also although always
    am an and another any anybody anymore anyone anything anyway are aren't around as ask asked asking at away
    back bad basically be because been before behind being best better between big bit both but by bye can can't
    cannot cause certain certainly clear clearly come comes coming could couldn't course day days did didn't
    different do does doesn't doing don't done down dunno during each either else end enough er erm even ever
    every everybody everyone everything exactly fact far feel feeling feels felt few find fine first for from
    front full further gave get gets getting give gives giving go god goes going gone gonna good got gotta great
    guess had hadn't half happen happened happening happens hard has hasn't have haven't having he he'd he'll
    he's hello her here here's hers herself hey hi him himself his honestly how how's however huh i i'd i'll i'm
    i've idea if important in instead into is isn't it it'd it'll it's its itself just keep kept kind kinda knew
    know known knows last lately least left less let let's like liked likes literally little long longer look
    looked looking looks lot lots made make makes making many matter may maybe me mean means meant might mind
    mine minute minutes mm more morning most much must my myself need needed needs neither never new next nice
    no nobody none nor not nothing now of off oh ok okay old on once one one's ones only onto or other others
    our ours out over own part people perhaps person place please point possible pretty probably put quite
    rather ready real really reason remember right said same saw say saying says second see seem seemed seems
    seen sense shall she she'd she'll she's should shouldn't since so some somebody somehow someone something
    sometimes sort sorry still stuff such suppose supposed sure take taken takes taking talk talked talking tell
    telling tells than thank thanks that that'd that'll that's the their them themselves then there there's
    these they they'd they'll they're they've thing things think thinking thinks this those though thought
    through time times to today together told too took totally toward tried true try trying turn turned two uh
    beside besides beneath below beyond near nearby toward towards within across among along above during except per via
    um under until up upon us use used very wait wanna want wanted wanting wants was wasn't way ways we we'd
    we'll we're we've week weeks well went were weren't what what's whatever when whenever where where's whether
    which while who who's whoever whole whom whose why will with without won't wonder word words would wouldn't
    yeah year years yep yes yesterday yet you you'd you'll you're you've your yours yourself 'cause 'em ah aw hm
    hmm mhm uh-huh mm-hm mm-hmm gotcha gee jeez whoa wow ha haha gosh yup nah nope ooh ouch oof"""
)
_WORDS_ALREADY = listed("hell ill shed shell wed well were")
# Typed notes leave the apostrophe out.
STOP = _STOP | {w.replace("'", "") for w in _STOP if "'" in w and w.replace("'", "") not in _WORDS_ALREADY}

# Too general to be the name of a theme, though they may tell two sentences apart.
VAGUE = listed(
    """afternoon bunch chance corner couple deal door end evening everyone example eye face figure form friday future
    game group guy guys hand hands head hour hours inside issue issues level life line list living middle moment
    monday month months morning name night nights note number numbers one others outside page pair past period
    piece place plan plans present problem problems question questions reason rest round saturday set side size
    space start step steps stop story sunday thursday top tomorrow tonight total tuesday type version wednesday
    weekend world worry yard january february march april may june july august september october november
    december half tons ton hundred thousand percent lady man woman boy girl session sessions appointment video
    link clock minute chair tissue tissues recording recorder clinic floor god's heck hell shit fuck crap ass
    damn dude honey mess joke luck trick bet term terms kinds sorts stage amount change changes use ability area
    case cases comment detail details difference direction effect effort fun good guess idea ideas info
    information kind matter meaning option options order parts practice process progress purpose response result
    results sentence situation situations skill solution somebody sound stuff subject support system task team
    test thinking topic truth view bad sense thanks sort chat attention yes no okay like stupid opposite same
    self whole entire extra zero three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety third
    fourth fifth open honest wrong true front back machine ones numb recap therapist homework notes o'clock
    twice pick half-hour recorded break whatever usual main actual only exact single basic"""
)

FEELINGS = {
    "afraid": "afraid", "alone": "alone", "angry": "angry", "anger": "angry", "annoyed": "annoyed",
    "anxious": "anxious", "anxiety": "anxious", "ashamed": "ashamed", "shame": "ashamed", "awful": "awful",
    "awkward": "awkward", "betrayed": "betrayed", "bitter": "bitter", "bored": "bored", "calm": "calm",
    "calmer": "calmer", "confused": "confused", "cross": "cross", "crushed": "crushed", "depressed": "depressed",
    "desperate": "desperate", "devastated": "devastated", "disappointed": "disappointed", "disgusted": "disgusted",
    "down": "down", "drained": "drained", "dread": "dread", "dreading": "dread", "embarrassed": "embarrassed",
    "embarrassing": "embarrassed", "empty": "empty", "envious": "envious", "excited": "excited",
    "exhausted": "exhausted", "exposed": "exposed", "flat": "flat", "foolish": "foolish", "fragile": "fragile",
    "frightened": "frightened", "frustrated": "frustrated", "frustrating": "frustrated", "furious": "furious",
    "glad": "glad", "grateful": "grateful", "grief": "grief", "grieving": "grief", "guilty": "guilty",
    "guilt": "guilty", "happy": "happy", "heartbroken": "heartbroken", "heavy": "heavy", "helpless": "helpless",
    "homesick": "homesick", "hopeful": "hopeful", "hopeless": "hopeless", "humiliated": "humiliated", "hurt": "hurt",
    "hurts": "hurt", "insulted": "insulted", "invisible": "invisible", "irritated": "irritated",
    "jealous": "jealous", "jumpy": "jumpy", "lighter": "lighter", "livid": "livid", "lonely": "lonely",
    "loneliness": "lonely", "lost": "lost", "mad": "angry", "miserable": "miserable", "mortified": "mortified",
    "nervous": "nervous", "numb": "numb", "overwhelmed": "overwhelmed", "pain": "pain", "panic": "panic",
    "panicky": "panic", "panicked": "panic", "peaceful": "peaceful", "powerless": "powerless", "proud": "proud",
    "rage": "rage", "regret": "regret", "rejected": "rejected", "relief": "relieved", "relieved": "relieved",
    "relieve": "relieved",
    "resentful": "resentful", "resentment": "resentful", "restless": "restless", "sad": "sad", "sadness": "sad",
    "safe": "safe", "scared": "scared", "scary": "scared", "shaky": "shaky", "shocked": "shocked", "sick": "sick",
    "small": "small", "stressed": "stressed", "stuck": "stuck", "surprised": "surprised", "tense": "tense",
    "terrified": "terrified", "tired": "tired", "touched": "touched", "trapped": "trapped", "uneasy": "uneasy",
    "unsafe": "unsafe", "upset": "upset", "vulnerable": "vulnerable", "weird": "weird", "worried": "worried",
    "worthless": "worthless", "miss": "missing someone", "missed": "missing someone",
}  # fmt: skip

# Self-attack: shown only between quotation marks, never as the product's own sentence.
SELF_ATTACK = listed(
    "idiot stupid dumb moron loser failure failing pathetic worthless useless garbage trash disgusting ugly fat lazy "
    "crazy insane monster coward fraud doormat burden selfish terrible awful horrible hopeless broken weak mess joke "
    "hate myself ridiculous freak psycho nothing rubbish disaster embarrassment bad evil waste screwup cheesy mug "
    "criminal fake imposter impostor liar hypocrite brat bitch baby wimp clown fool"
)

# Verbs by which somebody undertakes an errand: what a therapist's promise is made of.
ERRANDS = (
    "add|arrange|ask|attach|book|bring|call|chase|check|contact|copy|dig|draft|drop|email|e-mail|fax|figure out|fill|"
    "find|follow up|forward|get|give|hand|have a (?:look|word|think)|leave|lend|look|mail|make|"
    "message|pass|phone|photocopy|pop|post|prepare|"
    "jot|keep|note|have a word|print|pull|put|reach out|refer|request|ring|scan|schedule|see if|send|"
    "set|share|shoot|sort|speak|talk to|text|"
    "track|try|write"
)
