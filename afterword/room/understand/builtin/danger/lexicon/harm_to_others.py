"""The wish or the thought to hurt somebody, and having done it."""

from __future__ import annotations

from afterword.room.understand.builtin.danger.lexicon.groups import compiled

# Said outright by the one who is in it.
SAID = compiled(
    r"<WANT> <SOME><HARM> <HIM>\b(?! (?:feelings|off|out|loose|some|a|up about|off at|home|at (?:chess|pool|tennis|"
    r"the|golf|it)|to (?:it|the)|in (?:the|a) (?:race|game)|by|down (?:at|to)|short))",
    r"(?:going to|plan(?:ning|ned)? to|thought about|think about|thinking (?:of|about)|thoughts? (?:of|about)|"
    r"urges? to|the urge to|fantasi\w+ about|dream\w* (?:of|about)|imagin\w+|see myself|picture myself|"
    r"pictur\w+ myself|pictures?(?: of)?|images? of|visions? of|flashes of) <SOME>(?:me )?(?:<HARM>|kill|strangl|"
    r"chok|punch|hit|shak|push|beat|slap|smother|drown|stab|shoot|hurt|drop|throw)(?:p|b|k|t)?(?:e|ing)? <HIM>\b(?! "
    r"(?:feelings|up about|a (?:text|line|card|coffee)|to (?:do|go|try|apply)|off|for (?:a|his|her)|back in|into "
    r"(?:the )?(?:pool|deep)|with (?:a|the) (?:bill|news|question|hug)|at (?:chess|pool|tennis|golf|the)|up (?:on|"
    r"for)|out of (?:the )?(?:nest|house)|on the swing|some|in (?:the|a) (?:race|game)))",
    r"(?:afraid|scared|frightened|terrified|worried) (?:that )?(?:i'll|i might|i'm going to|i could|i will|of what "
    r"i'll|of what i might|of what i could|i'd|i would)(?: do to| <SOME>(?:really )?(?:hurt|hit|kill|harm|shake|drop|"
    r"smother|stab|snap and (?:hit|hurt)|lose it with|do something to|lose control)(?: (?:him|her|them|the \w+|"
    r"my \w+|someone|somebody))?)\b(?! (?:feelings|the (?:meeting|call|ball|course|subject|class)))",
    r"(?:hurting|killing|stabbing|strangling|smothering|drowning|suffocating) (?:him|her|them|someone|somebody|the "
    r"(?:baby|kids)|my (?:baby|son|daughter|wife|husband|mother|father|kids|mum|mom|"
    r"dad))\b(?! feelings)(?=.{0,40}\b(?:my head|thought|mind|i\b|pictures?))",
    r"(?:smash|kick|stove|cave|bash|beat|break|rip|cut|stick|put|wring)(?:ing|ed)? (?:a knife in |a bullet "
    r"in )?(?:his|her|their) (?:\w+ )?(?:face|head|legs|kneecaps|teeth|skull|jaw|brains|neck|throat|arms|fingers|"
    r"nose|balls)(?: in| off| out)?\b(?=.{0,60}(?:i mean it|really|i still|actually|plan|follow|going to|i'd do it|"
    r"i want|wait|knife|bat|)|)",
    r"(?:put|see) (?:him|her|them) in (?:the )?(?:hospital|ground|a box|a coffin|a grave|a wheelchair)",
    r"(?:want|wanted|wish)(?: to see)? (?:him|her|them) dead\b",
    r"set fire to (?:his|her|their)",
    r"burn (?:his|her|their) house",
    r"run (?:him|her|them) over\b(?! (?:to the|there|home))",
    r"(?:outside|to|round|at) (?:his|her|their) (?:house|place|work|flat|door)[\w', ]{0,30} with (?:the|a|my) "
    r"(?:\w+ )?(?:bat|knife|gun|hammer|crowbar|iron bar|pistol|shotgun|rifle|machete)",
    r"(?:got|had|took|loaded|grabbed|picked up) (?:the|a|my|dad's|his) (?:\w+ )?(?:gun|knife|bat|hammer|pistol|"
    r"shotgun|rifle|machete|crowbar)\b[\w', ]{0,50}(?:going (?:over|round|to)|at (?:him|her|them)|to (?:his|her|"
    r"their) (?:throat|head|house)|wait(?:ed|ing) for (?:him|her|them))",
    r"i(?:'ve| have| had|'d| just| then| nearly| almost| actually| went and| even)* (?:hit|slapped|shook|shoved|"
    r"choked|punched|kicked|beat|strangled|smacked|thumped|bit|battered|headbutted|pushed|hurt|burned|burnt|"
    r"throttled) <HIM>\b(?! (?:feelings|up\b|with (?:a |the |an |my )?(?:text|news|question|idea|truth|bill|line|"
    r"facts|hug|numbers?|look)|to (?!the (?:floor|ground|wall))|on the swing|in (?:the )?(?:pram|wheelchair|buggy|"
    r"swing|trolley|race|game|water)|hand|awake|off|at (?:chess|cards|tennis|golf|pool|it|the|scrabble|table)|too "
    r"(?:far|hard to)|for (?:answers|more|an)|away (?:with|emotionally|by)|by (?:accident|mistake|not|saying|leaving|"
    r"two|a)|out of the way|into (?:it|therapy|trying|going|doing|sport|a)|back (?:on|into)|gently|there|when (?:i "
    r"(?:left|said|moved|forgot|didn't)))|deeply|badly (?:by|with|when)|because i (?:left|lied|said)|a lot over|"
    r"over the years|so (?:much|deeply) (?:by|with|when))",
    r"i(?:'ve| have|'d| had)? (?:raised|raise|lifted|put) my (?:hand|hands|fist) (?:to|on|round|around|at) (?:him|"
    r"her|my (?:wife|son|daughter|kid|boy|girl|partner|husband)|the (?:baby|kids?))",
)  # fmt: skip

# These count when the therapist takes them up as danger and hears no plain no, or when two come together.
HINTED = compiled(
    r"(?:<WANT>|could|i'll|i'd|i'm going to|nearly|ready to|going to|wanna) <SOME><DO_IT> <HIM>\b",
    r"make (?:him|her|them) (?:pay|suffer|regret)",
    r"(?:follow(?:ed|ing)?|tailing) (?:him|her|them) home",
    r"know where (?:he|she|they) (?:lives?|parks?|drinks?|works?)",
    r"get (?:him|her|them) back for",
    r"(?:the|a|my) (?:gun|knife|bat|hammer|pistol|shotgun|rifle)\b",
    r"what i'd use",
    r"i saw red",
    r"lost it with (?:him|her|the kids|them)",
    r"i see my hands",
)  # fmt: skip

# Read against the therapist's sentence; the answer decides.
ASKED = compiled(
    r"(?:hurt|harm|kill|stab|shoot|attack|hit|violen\w+ towards?)(?:t?ing|ming)? (?:him|her|them|anyone|anybody|"
    r"someone|somebody|other people|others|the (?:baby|kids|children)|your (?:wife|husband|partner|son|daughter|boss|"
    r"ex|mother|father|brother|baby|kids?))\b(?! feelings)",
    r"do something to (?:him|her|them)",
    r"act on (?:it|that|those)",
    r"use (?:it|the (?:gun|knife|bat)) on",
)  # fmt: skip
