"""Patterns that tell of a sign of danger when it was, whose it is, and whether it is meant."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.lexicon import listed

NUMBER = (
    r"(?:\d+|a few|a couple of|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|(?:twenty|thirty|forty|fifty)[- ]\w+|many|"
    r"several|some|so many)"
)
AGE = (
    r"(?:\d{1,2}|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty(?:[- ]\w+)?)"
)
OLD = re.compile(
    rf"\b(?:(?:when|while) (?:i|we) (?:was|were) (?:a |an )?(?:kids?|child|children|teen\w*|student|boys?|girls?|"
    rf"little|"
    rf"young\w*|small|wee|growing up|{AGE}\b|in (?:my (?:teens|twenties)|primary|middle|junior|secondary|school|high "
    rf"school|college|uni\w*|the (?:army|service|care home)))|(?:i was|at|aged?) (?:about |around )?{AGE}\b(?! "
    rf"(?:o'clock|"
    rf"past|to|in the|this|at night|am|pm|and|on|or|minutes|milligrams|stone|pounds|per)|:)|as a (?:kid|child|teen\w*|"
    rf"boy|"
    rf"girl|young \w+)|growing up|{NUMBER} (?:\w+ )?(?:years?|decades) (?:ago|back|now|since|clean|sober)|that(?:'s|"
    rf" is|'d be) "
    rf"(?:about |nearly |over )?{NUMBER} (?:\w+ )?(?:years|decades)|(?:a long time|ages|long) (?:ago|since|back)|"
    rf"back (?:then|in (?:college|"
    rf"school|high school|uni\w*|\d{{4}}|the \w+ties|the day|my))|in (?:my teens|my twenties|high school|college|uni|"
    rf"the "
    rf"(?:\w+)ties|(?:19|20)\d\d|nineteen \w+)|since (?:19|20)\d\d|years back|in another life|at (?:uni\w*|university|"
    rf"college|school|"
    rf"boarding school)|before i (?:met|had|moved|knew)|my first (?:husband|wife|marriage)|in those days|we were small|"
    rf"for (?:\w+ )?{NUMBER} years|a whole life since|different (?:person|life) (?:now|then)|"
    rf"(?:nothing|never|not|none)(?: \w+){{0,3}} (?:since|after that)\b|everybody's (?:father|dad|mother) did|my "
    rf"childhood|"
    rf"used to (?:hit|beat|cut|burn|self|hurt|punch|slap|throw|belt|lock|want|wish|think|take|check|go through|be))\b"
)
STILL = re.compile(
    r"\b(?:again|still|lately|this (?:week|month|morning|year|weekend|afternoon)|last (?:night|week|month|weekend|time|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)|these days|recently|(?:it|it's|they|they've|them|"
    r"thoughts|urges?|cutting|has|have|all) (?:came|come|coming) back|right "
    r"now|even now|today|tonight|yesterday|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|relapsed|every (?:day|night|"
    r"week)|"
    r"most (?:days|nights)|never (?:stopped|left|went)|to this day|now i)\b"
)
NEVER_AGAIN = re.compile(r"(?:\b(?:never|not|nothing|no one)\b|n't\b)[\w' ]{0,40}\b(?:again|today|now)\b")
LEAVES_OPEN = re.compile(
    r"\b(?:can't|couldn't|cannot|don't|didn't|not|never|doesn't|haven't|won't) (?:\w+ ){0,2}?(?:stop\w*|help|know "
    r"(?:if|whether|"
    r"how)|just|only|sure|quite|shake|get (?:it|that|this|rid)|deny|lie|say (?:that )?i (?:don't|haven't|didn't))\b|"
    r"\bwhy (?:don't|not)\b|\b(?:can't|couldn't|don't|not)\b[\w' ,]{0,50}\bwithout\b|\bno (?:doubt|question|wonder|"
    r"lie)\b"
)
NEGATES = re.compile(
    r"(?:\b(?:not|never|no|without|nor|neither|nobody|none|hardly|cannot)\b|n't\b|\bfar from\b|\bstop short of\b)"
)
JOINTS = re.compile(
    r"[,;:?!\u2014\u2013]|\.(?=\s)| but | and (?!not |never |i'm not )| though | because | so (?=i |he |she |they )|"
    r" except | then |"
    r" until | till | cause | which | when (?=he |she |i )"
)
AFTER_NO = re.compile(
    r"^[\w' ]{0,14}[,?\u2014-]+ ?(?:no|never|not|nothing|none|god no|absolutely not|no way)\b(?! (?:lie|joke|doubt|"
    r"question|matter))"
)
SUPPOSED = re.compile(
    r"\bif (?:i|he|she|they|anybody|anyone)(?:'d| ever| really| actually| had| were to| did)*$|\b(?:tell|told|let "
    r"you know|say so|call you|"
    r"ring you|know)\b[\w' ]{0,14} if i\b[\w' ]{0,20}$|\bas if (?:i|he|she)\b[\w' ]{0,10}$|\b(?:if|unless|even if|"
    r"until|in case) $|"
    r"\blike i(?:'d| would)\b[\w ]{0,8}$"
)
THIRD = (
    r"he|she|they|who|whoever|somebody|someone|nobody|people|everyone|everybody|(?:my|his|her|their|our|the|a|an|this|"
    r"that|"
    r"one of (?:my|the|mine)|some)(?: \w+){0,2}? (?:friend|mate|best mate|brother|sister|cousin|uncle|aunt\w*|mom|mum|"
    r"mam|mother|dad|father|da|niece|"
    r"nephew|son|daughter|husband|wife|partner|boyfriend|girlfriend|ex|girl|lad|lass|boy|guy|man|woman|kid|child|"
    r"client|patient|student|"
    r"pupil|neighbou?r|colleague|boss|manager|teacher|nan|gran|grandad|grandma|granny|grandmother|grandfather|"
    r"customer|resident|"
    r"flatmate|roommate|character|hero|heroine|actor|actress|pilot|singer|soldier|bloke|fella|person|roomie|buddy|dog|"
    r"cat|horse|"
    r"mother-in-law|father-in-law|stepdad|stepson|stepdaughter|grandson|granddaughter|poet|writer|teenager|old (?:man|"
    r"woman|boy|girl))(?:'s)?"
)
SUBJECTS = re.compile(
    rf"(?<![\w'-])(?:(?P<first>i(?:'\w+)?|we(?:'\w+)?|me|my (?:head|mind|brain|body|heart|life|whole \w+|thoughts?))|"
    rf"(?P<you>you(?:'\w+)?)|"
    rf"(?P<third>(?:{THIRD})(?:'(?:s|d|ll|ve|re))?|(?:his|her|their)))(?![\w-])"
)
ELSEWHERE = re.compile(
    r"\b(?:(?:on|in|of|watch\w*|read\w*|saw|the end of) (?:the|a|an|this|that|my|some)(?: \w+){0,2} (?:show|film|"
    r"movie|book|series|novel|"
    r"play|podcast|game|news|song|documentary|programme|program|story|paper|soap|episode|telly|drama|thriller|opera|"
    r"poem)|(?:the|a|that) "
    r"(?:\w+ )?(?:film|movie|book|novel|episode|documentary|podcast|programme|play|song|show|series|character) "
    r"(?:ends?|is|was|where|about|i|"
    r"we|with|on)|on (?:netflix|tv|telly|the news|youtube|the radio)|i (?:read|heard|saw a thing) about|in (?:my|the|"
    r"a) (?:dream|nightmare)|i "
    r"(?:dreamt|dreamed|had (?:a|this) (?:\w+ )?dream)|eastenders|coronation street)\b"
)
AT_WORK = re.compile(
    r"\b(?:on the ward|ward|patients?|customers?|a client|my client|clients|paramedic|resident|inmates?|"
    r"prison(?:er)?s?|punters?|passengers?|drunk (?:guy|man|"
    r"bloke)|a (?:guy|man|woman|kid|bloke|lad|stranger) (?:at|in|on) (?:the )?(?:work|shop|bar|pub|bus|class|train|"
    r"street|store)|at work|on my shift|security "
    r"came|the job\b|pupils?|a student|in my class(?:room)?|year (?:seven|eight|nine|ten|\d)s?|refund|casualty|"
    r"service user|care home|the pitch|sparring|"
    r"training|rugby|football|match|boxing|judo|karate|jiu)\b"
)
ANIMALS = re.compile(
    r"\b(?:the|my|our|her|his|a|old|poor) (?:\w+ )?(?:dog|cat|horse|puppy|kitten|pony|rabbit|parrot|goat|cow|bull|ram|"
    r"hen|cockerel|goose|swan|hamster)s?\b|\bthe vet\b|\bput (?:him|her|it) to sleep\b"
)
HOME = re.compile(
    r"\b(?:(?:my|the) (?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|ex|missus|old man|fella|hubby|son|"
    r"daughter|stepdad|stepson|fianc\w+|other half|"
    r"mother-in-law|mum|mom|mam|dad|father|mother|brother|sister)|at home|our (?:bed|bedroom|kitchen|house))\b"
)
MANNER = re.compile(
    r"\b(?:embarrass\w+|mortif\w+|cring\w*|awkward|funny|bor(?:ed|ing)|hungover|hangover|slaughtered|my head,|"
    r"laugh\w*)\b[^.]{0,60}\b(?:die|dead)\b|\b(?:die|dead)\b"
    r"[^.]{0,40}\b(?:embarrass\w+|mortif\w+|cring\w*|hangover|hungover|my head$|laugh\w*|in front of everybody)\b|"
    r"\b(?:one more|another|have to (?:sit|listen|watch|eat|read|hear|go) (?:through|to)?|yet "
    r"another)\b[^.]{0,60}\b(?:shoot|kill|hang|top|drown|stab|poison|throw) "
    r"(?:myself|someone|somebody|him|her)|\b(?:dying to|die of (?:embarrassment|shame|boredom|laughter|heat|cold|"
    r"hunger)|die laughing|died laughing|could(?:'ve| have)? "
    r"(?:have )?die[d]?\b|nearly died|(?:could|will|'ll|going to|gonna)(?:'ve| have)? kill(?:ed)? (?:him|her|them|you|"
    r"me)\b(?=[^.]*\b(?:if|when|for|he (?:left|ate|forgot)|she "
    r"(?:left|ate|forgot))\b)|i'd kill for|(?:is|are|'s|'re|was|were|been) killing (?:me|time|it)\b|kill time|to die "
    r"for|drop dead|(?:career|social|political|commercial|professional) suicide|suicide "
    r"(?:squad|mission|drill\w*|hill|wing\w*|pact with|doors?|bomb\w*|prevention (?:training|course|day))|(?:fall|"
    r"fell|trip|tripped|slip|slipped)\w*[^.]{0,20}and hurt "
    r"my\w*|hit me (?:that|like|with|up|when|all|hard|on the way)|kick(?:ing|ed)? myself\b|beat(?:ing)? myself up|"
    r"(?:sugar|caffeine|chocolate|netflix) overdose|"
    r"overdos\w+ on (?:\w+ )?(?:sugar|coffee|chocolate|netflix|tv|cake|turkey|sun|carbs|christmas|news|podcasts|"
    r"cheese|wine)|be the death of me|dead (?:to the world|on my "
    r"feet|tired|serious|funny)|over my dead body|bored to death|scared to death of (?:spiders|heights|flying)|shoot "
    r"(?:me|myself) in the foot|throw(?:n)? (?:myself|me) (?:off "
    r"the deep end|into|under the bus)|threw myself (?:into|off the deep end)|gun to my head about|hold\w* a gun to "
    r"my head|jump(?:ed)? out of my skin|jump\w* (?:down my throat|off "
    r"the page|ship|on the (?:train|bus|tube) (?:to|home))|cut myself some slack|cut myself shaving|knock(?:ed)? me "
    r"(?:sideways|for six|off my feet)|floored me|stab(?:bed)? (?:me )?in the back|"
    r"twist(?:ed)? my arm (?:into|to)|(?:held|hold) (?:it|that|this|him|her) (?:together|against)|pull(?:ed|s|"
    r"ing)? my (?:leg|hair out)|tear\w* my hair)\b"
)
FEARED = re.compile(
    r"\b(?:afraid|scared|frightened|terrified|fear\w*|worr\w+|panic\w*|phobia|dread\w*|sure|convinced|felt like|"
    r"feels like)\b[\w' ]{0,24}$"
)
IN_A_MANNER = re.compile(r"^[\w' ]{0,6} in (?:the|a) (?:way|sense)\b")
KIN_OF_CHILDHOOD = re.compile(
    r"\b(?:he|she)(?:'s| is| has)(?: been)? (?:dead|long dead|passed|gone)\b|\bused the (?:belt|cane|strap|slipper)\b"
)
NO_NAMES = listed(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october  november december christmas easter god lord jesus allah english french spanish german
    polish british american irish indian  tylenol paracetamol samaritans lifeline netflix facebook instagram
    whatsapp tesco portugal lisbon leeds london paris the and but you  they she her his him lent sabbath ramadan
    diwali google dad mum mom mam mama nan gran"""
)
OWN = re.compile(r"\b(?:myself|me|my|i)\b")
ONES_OWN = re.compile(r"\b(?:myself|my life)\b")
I_BEGIN = re.compile(r"(?:and |but |so |then )?(?:i|we)\b")
SAID_BY_OTHERS = re.compile(
    r"\b(?:he|she|they|who)(?:'s| is| was| has)? (?:said|says|told me|goes|was like|shouted)[:,]? $"
)
NO = re.compile(r"(?:\W*(?:god|oh|well),? )?(?:no|never|nah|not)\b")
BY_SOMEBODY = re.compile(r"he|she|they|my |the |mum|mom|dad")
DENIES = re.compile(r"n't|never|not\b")
NEGATED_PART = re.compile(r"\b(?:hit|me|if|myself|alive|anymore|live|up|here)\b")
FORBIDS = re.compile(
    r"(?:won't|doesn't|wouldn't|didn't|never|don't|not) (?:\w+ )?(?:let|allow|stop|take no|speak|talk)"
)
DEATH = re.compile(r"(?:die|dying|dead|death)$")
# "She asked if I want to die, I said no": a question told again counts by its answer too.
RETOLD = re.compile(r"\bask(?:s|ed|ing)?(?: me)? (?:if|whether|about)\b[\w' ]{0,20}$")
SAID_YES = re.compile(
    r"\bi (?:said|told \w+|go|went|was like)[,:]? (?:yes|yeah|sometimes|that i do|i do|a bit|i don't know)\b"
)
