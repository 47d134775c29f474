"""Violence and control by somebody close, threats, and the fear of them."""

from __future__ import annotations

from afterword.room.understand.builtin.danger.lexicon.groups import compiled

# Said outright by the one who is in it.
SAID = compiled(
    r"<HE><HAS> <HIT> (?:(?:it|things|stuff|something|a \w+|the \w+|his \w+|her \w+|an? \w+ \w+) at )?<ME>\b(?! "
    r"(?:up\b(?! against)|to (?!the (?:floor|ground|wall)|my)|at (?:chess|cards|tennis|it|golf|pool|the|scrabble|"
    r"table)|under (?:the bus|pressure)|with (?:a |an |the |his |her )?(?:text|bill|question|idea|news|look|invoice|"
    r"hug|silence|guilt|truth|facts|line|offer|deadline|number)|as\b|about|for a(?: \w+)? (?:coffee|chat|hug|second)|"
    r"because he (?:had|couldn't)|like a (?:ton|train|brick)|feelings|a (?:text|text message|beer|look|smile|line|"
    r"coffee|sandwich|seat|drink|party|lifeline|bone|ball|towel|kiss|chair|plate of|hug)|out of the nest|off (?:the|"
    r"guard|my feet (?:with|when))|too hard to|harder|into (?:it|this|that|the (?:pottery|class|job|choir|course)|"
    r"trying|doing|therapy|coming|going|being|sport|music|teaching|running|law|medicine|a (?:job|class|corner))|for "
    r"(?:answers|more|an answer|details)|some \w+|along|on the swing|in the (?:wheelchair|pram|buggy|right)|over "
    r"the edge with|away (?:emotionally|a bit)|there (?:first|by)|by (?:a|two|three|\w+ points)|aside for a|down "
    r"(?:gently|the slide)|home(?:work)?|in (?:a|the) (?:race|game|sprint|match)))",
    r"<HE><HAS> (?:chuck|chucks|chucked|throw|throws|threw|lobs?|lobbed|hurls?|hurled|smash(?:es|ed)|breaks|broke|"
    r"trash(?:es|ed)|kicks|kicked in|punche[sd]|punching|slam(?:s|med)) (?:things|stuff|(?:the |my |his |all the |"
    r"her |a |another )?(?:plates?|dishes|phone|tv|telly|kettle|chairs?|mug|glass|walls?|doors?|mirror|furniture|"
    r"laptop|bottle|hole in the (?:wall|door)|cup|pan|remote))\b(?! (?:in the (?:bin|wash|dishwasher|sink|trash)|"
    r"away|out|shut|on the way|by accident|accidentally|open|him|to the dog|for))",
    r"(?:put|puts|put his|putting|punched|punches) (?:his|her|a) (?:fist|foot|head|hand) through",
    r"(?:punched|hit|threw|thrown|smashed)[\w', ]{0,24} (?:next to|beside|by|past|inches from|just missed|over) my "
    r"(?:head|face|ear)",
    r"<HE><HAS> (?:had |got |gets |puts? |putting |lays? |laid |raises? |raised |wraps? |wrapped |with )(?:his|her|"
    r"their|both|a|two)?(?: \w+)? ?(?:hands?|fingers|arm|fist|knee|foot|pillow)(?: \w+)? (?:on|round|around|over|"
    r"across|to|against|at|in) (?:me|my (?:neck|throat|mouth|face|mum|mom|mam|arm|wrist|hair|chest|kids?|son|"
    r"daughter|little \w+|sister|brother|baby)|her (?:neck|throat))\b(?! (?:shoulder|back and|hand and|and (?:said "
    r"it|told me it)))",
    r"(?:by|round|around|at) (?:my|the) (?:throat|neck|hair)\b(?=[^.]{0,60}(?:he|she|him|her|my|me|up|against|"
    r"floor))(?! (?:scarf|necklace))",
    r"(?:he|she|they|<HE>)<HAS> (?:(?:hold|holds|held|holding) (?:me (?:down|under|back|by the|against)|my (?:arms?|"
    r"hair|wrists?|neck|legs?|throat))|(?:pull|pulls|pulled|drag|drags|dragged|twist|twists|"
    r"twisted|bend|bends|bent|press|presses|pressed|squeez\w+) (?:me|my (?:arm|hair|wrist|hand|fingers|face|neck|leg|"
    r"throat))|(?:sit|sits|sat|stand|stands|stood|knelt) on (?:me|top of me|my (?:chest|back|arm|hand))|(?:gets?|got|"
    r"takes?|took|catches|caught) (?:hold of (?:me|my \w+|it)|me (?:by the|in a headlock|on the floor|down on)))(?! "
    r"(?:together|up (?:as|when|through)|close|tight and|hand (?:and|while|in)|accountable|a \w+|in (?:his|her) "
    r"(?:arms|heart)|to (?:it|that|my)|back from|responsible|going|into|through|on (?:the phone|facebook|friday)|"
    r"thinking|wrong|right))",
    r"(?:up|thrown|pushed|shoved|put|pinned|slammed|pushes|shoves|puts|slams|pins) (?:me )?(?:up )?against (?:the|a) "
    r"(?:wall|fridge|door|counter|car|sink|cupboard|wardrobe|radiator|bed)",
    r"<HE><HAS> (?:force[sd]? (?:me|himself)|makes me (?:have sex|do things in bed|sleep with)|made me have sex|has "
    r"sex with me (?:when|while|even)|won't (?:stop|take no)(?: when| in bed)?|doesn't (?:stop|take no)(?: when)?|"
    r"rape[sd]? me)\b(?! to (?:(?:look|think|admit|face|be honest|choose|slow|rest|grow|stop and)))",
    r"(?:i was|been|got|being) (?:raped|sexually assaulted|attacked|mugged and beaten|beaten up|strangled|battered)",
    r"(?:left|leaves|leaving|with|got|had|have|covered in|the) (?:a |an |some |me with )?(?:bruises?|black eye|"
    r"split lip|broken rib|marks?)\b[\w', ]{0,25}\b(?:he|him|she|her|from (?:him|her|where|when)|husband|wife|"
    r"grabbed|hit|pushed|shoved)\b",
    r"<HE>(?:'s| is| was| can be| gets| got| turns| turned| would get| goes| has been| been)(?: \w+ly| so| really|"
    r" quite| a bit| pretty| very| getting)* (?:violent|abusive|physical with (?:me|us|the kids)|rough with (?:me|us|"
    r"the kids))(?! (?:on|in) (?:the|a) (?:pitch|show|film|game))",
    r"(?:got|gets|get) physical with me",
    r"domestic (?:violence|abuse)",
    r"(?:women's|woman's) (?:refuge|shelter)",
    r"(?:restraining|protection|non-molestation|barring|intervention) order",
    r"coercive control",
    r"<HE><HAS> threat\w*(?: to (?:kill|hurt|hit|find|take|burn|leave me with|tell|report|put|smash|harm|ruin|call "
    r"immigration|deport|out)|(?:ed|ens|ening) (?:me|us|my|the kids|to)\b)(?! (?:to (?:quit|resign|sue (?:them|"
    r"the))))",
    r"(?:he|she|<HE>)(?:'ll| will|'s going to| is going to| said (?:he|she)(?:'d|'ll)| says (?:he|"
    r"she)(?:'ll|'d)| swore (?:he|she)'d) <SOME>(?:kill|hurt|"
    r"find(?! (?:me|us) (?:the|an?|some|one)\b"
    r"(?! (?:minute|moment|second|day)))|burn|shoot|stab|bury|destroy|come after|batter|"
    r"murder|hit) (?:me|us|the kids|my \w+|himself|herself)\b(?! (?:out|for (?:this|that|it|being late|saying)|when "
    r"(?:he|she) (?:sees|finds out|hears)|a |with (?:a|the) (?:bill|question)|up|feelings|if (?:i|we) (?:forget|"
    r"don't (?:bring|call|ring|eat|win|tidy|finish)|miss|lose the|break the)))",
    r"if i (?:ever |tried to |try to |do |did )*(?:leave|left|go|went|told|tell|say no|said no|call(?:ed)? the "
    r"police)[\w', ]{0,24} (?:he|she|they)(?:'ll|'d| will| would|'s going to) <SOME>(?:kill|"
    r"find (?:me(?! (?:the|an?|some|my|one)\b)|us)|take "
    r"(?:the|my) (?:kids|children|baby|house|money|boys|girls|son|daughter)|tell (?:immigration|everyone|everybody|"
    r"my (?:boss|work|family))|hurt|burn|get (?:me|us|the kids)\b(?! (?:a|some|to))|come after|put me|report me|"
    r"call (?:immigration|the police|social)|end (?:himself|herself|it all|me)|make me (?:pay|sorry)|keep the "
    r"(?:kids|children|baby)|hang himself|shoot)",
    r"<HE><HAS> (?:go|goes|went|going|gone|look|looks|looking|check|checks|checked|checking|read|reads|reading|"
    r"search|searches|searched|take|takes|took|taken|hide|hides|hid|keep|keeps|kept|monitor|monitors|hack\w*|got "
    r"into|gets into|unlock\w*|has|had|confiscat\w*|smash\w*)(?: through| at| into| all| away| up)*(?: all)? my "
    r"(?:<MINE>|passport|papers|documents|visa|bank ?card|card|money|wages|salary|pay|benefits|car keys|keys|house "
    r"keys|pin|id|medication|meds|pills|inhaler)\b(?! (?:number|to (?:the|a) (?:shop|repair)|for me|(?:and|so) (?:i|"
    r"we) (?:laughed|had)|ready|safe for me|in for))",
    r"(?:put|puts|has|got|installed) (?:an? |some )?(?:app|tracker|tracking|airtag|camera|cameras|spyware|air "
    r"tag)s? (?:\w+ )?(?:on|in|under|all over) (?:my|the) (?:phone|car|bag|house|flat|bedroom|kitchen|"
    r"laptop)\b(?=[\w', ]{0,40}(?:where i|watch|see|knows|me|track|find|listen|follow|)|)",
    r"<HE><HAS> (?:track|tracks|tracked|tracking|follow|follows|followed|following|stalk|stalks|stalked|stalking|"
    r"time|times|timed|monitor|monitors) (?:me\b(?! (?:on (?:instagram|twitter|facebook|insta|strava|"
    r"linkedin)|into|in from|down (?:the|to) (?:aisle|shop)|back|play|through|grow|sleep|with|around like|"
    r"everywhere like|for (?:a|an) (?:interview|reference)))|where i(?:'m| am| go)|my (?:location|mileage|every|car|"
    r"movements|phone|calls))",
    r"<HE><HAS> (?:watch|watches|watched|watching) (?:me (?:all the time|constantly|like a hawk|every|when(?:ever)? i|"
    r"while i (?:text|phone|talk|dress|shower)|on (?:the|his|a) (?:camera|doorbell|app|phone)|through (?:the|his) )|"
    r"where i(?:'m| am| go)|my (?:location|mileage|every|movements|phone|calls))",
    r"(?:send|text|ring|call|message|facetime|video) (?:him|her) (?:a (?:photo|picture|pic|selfie|video) of where|"
    r"every (?:hour|half|time|twenty|ten|thirty)|to prove|when i get to every|my location)",
    r"(?:photo|picture|pic|selfie)s? of where i am",
    r"has (?:to know|my location)",
    r"wants to know where i am every",
    r"(?:he|she|they|<HE>) (?:won't|doesn't|wouldn't|didn't|never|don't|will not|does not)(?: even| ever)? (?:let|"
    r"lets|allow|allows)(?: \w+)? ?(?:me|us) (?:to )?(?:leave|out|go|see|have|work|talk|use|drive|speak|wear|sleep|"
    r"eat|near|get a job|keep|spend|study|call|ring|answer|shower|lock|take (?:the kids|my (?:meds|medication|"
    r"pill)))\b(?! (?:win|help|pay|cook|carry|the (?:last|menu)|of (?:it|that)|dessert|a (?:dog|cat|puppy)))",
    r"(?:i'm|i am|i was|we're|we are) not allowed (?:to (?:see|go|leave|have|work|talk|speak|drive|use|wear|spend|"
    r"call|ring|lock|eat|sleep|answer|shower|close|shut|say no)|out|a (?:job|phone|card)|friends|any (?:money|"
    r"friends))(?=.{0,80}\b(?:he|she|him|her|husband|wife|partner|boyfriend|girlfriend)\b|)(?!.{0,60}\b(?:doctor|"
    r"physio|work policy|insurance|policy|rules|hospital|law|council|landlord|school|landlady|gdpr|visa|boss|manager|"
    r"compan))",
    r"(?:have|had|got) to (?:ask|beg)(?: (?:him|her|my husband|my wife|permission))?(?: for)? (?:bus fare|money|"
    r"permission|cash|every penny|my own money|to (?:go|use|leave|see|buy))\b(?! (?:from the (?:council|office)|at "
    r"work))",
    r"(?:gives|give|gave|handed|hands) me (?:an allowance|a fiver|twenty|thirty|forty|fifty|ten|\d+|pocket money|"
    r"housekeeping)(?: \w+)? ?(?:for|a week|a day|and wants|to)?[\w', ]{0,40}(?:receipts?|count|check|ask for more|"
    r"change back|every penny|explain|account for)",
    r"(?:wants|checks|asks for|needs|goes through|keeps|looks at) (?:the |my |all the |every |all my )?(?:receipts?|"
    r"bank statements?)\b(?! for (?:tax|his|her|the (?:company|accountant)))",
    r"(?:i don't have|i haven't got|i have no|i've no|never had|no) (?:a |my own |any )?(?:card|bank card|money of "
    r"my own|own money|access to (?:the|our|any) (?:money|account)|account of my own)\b(?= |.)(?=.{0,80}\b(?:he|she|"
    r"him|her|husband|wife)\b)",
    r"(?:it|my (?:pay|wages|salary|money|benefits))(?: all)? goes (?:in|into|to|straight into) (?:his|her) "
    r"(?:account|name|pocket)",
    r"<HE><HAS> lock(?:s|ed|ing)? (?:me|us) (?:in|out|up)\b(?! of (?:the|my) (?:account|email|phone|office|app|"
    r"computer))",
    r"lock(?:s|ed|ing)? the (?:\w+ )?door[\w', ]{0,40} takes? the key",
    r"takes? the keys? (?:with|so)",
    r"block(?:s|ed|ing)? the (?:door|doorway|hallway|stairs)",
    r"(?:stands|stood|standing) in (?:the|my) (?:door|doorway|hall|hallway|way)[\w', ]{0,30}(?:won't|wouldn't|so i|"
    r"not let|can't|and i)",
    r"(?:tell|call|report me to|ring|go to) (?:immigration|the home office|ice\b|social services|the "
    r"authorities)[\w', ]{0,30}(?:never see|take|deport|send me|the (?:baby|kids|"
    r"children))?(?<=\w)(?=.{0,80}\b(?:leave|he|she|if i)\b)",
    r"(?:sat|sits|sitting|parked|parks|waiting|waits|standing|stands|turns up|turned up|shows up|showed up|hanging) "
    r"(?:\w+ )?(?:outside|at|round|by) (?:my|the|our) (?:\w+ )?(?:house|flat|work|school|door|gate|office|street|"
    r"nursery|gym|job|place)\b(?=[^.]{0,60})(?<=\w)(?! (?:for (?:the|a) (?:bus|taxi|delivery)))",
    r"(?:afraid|scared|frightened|terrified|petrified|feart) (?:of (?:him|her|my (?:\w+ )?(?:husband|wife|partner|"
    r"boyfriend|girlfriend|ex|dad|father|son|stepdad|brother|missus))\b(?! (?:dying|leaving|getting (?:ill|hurt|"
    r"sick)|being|falling|crashing|not|driving|judg\w+|finding out i(?:'m| am) not|losing|having|growing|reaction|"
    r"opinion|disappoint))|(?:that )?(?:he|she)(?:'ll|'s going to| will| might|'d) (?:hit|hurt|kill|"
    r"find (?:me(?! (?:the|an?|some|my|one)\b)|us|"
    r"out where)|lose it|explode|come|turn up|take the (?:kids|baby))|(?:to be|of being) (?:at home|home alone with|"
    r"alone with (?:him|her))|to go home|of going home|in my own (?:home|house))\b",
)  # fmt: skip

# These count when the therapist takes them up as danger and hears no plain no, or when two come together.
HINTED = compiled(
    r"(?:he|she)(?:'d| would) <SOME>(?:kill|hurt|"
    r"find(?! (?:me|us) (?:the|an?|some|one)\b"
    r"(?! (?:minute|moment|second|day)))|burn|shoot|stab|bury|murder|hit) (?:me|us)\b",
    r"<HE> (?:stands|stood) in the door(?:way)?",
    r"(?:walk(?:ing)?|tread(?:ing)?) on eggshells",
    r"(?:won't|doesn't|didn't|wouldn't) (?:talk|speak) to me for (?:a |two |three )?(?:days|weeks?|a month|hours)",
    r"what mood (?:he|she)'s in",
    r"<HE><HAS> (?:shout|shouts|shouted|shouting|scream|screams|screamed) (?:at me|in my face)",
    r"loses? (?:his|her) temper",
    r"(?:he|she)(?:'s| has) been drinking",
    r"got me (?:here|on the|in the|by)",
    r"if i'm late",
    r"he counts",
    r"(?:my|the) (?:eye|lip|arm|wrist) was (?:closed|split|swollen|bruised|broken|black)",
    r"it's going yellow",
    r"takes? the (?:car )?keys",
    r"calls me (?:stupid|worthless|fat|a \w+)",
    r"i don't see (?:her|him|them|anyone|my \w+) (?:anymore|no more)",
    r"(?:i'm )?not allowed\b",
    r"passport",
    r"receipts?",
)  # fmt: skip

# Read against the therapist's sentence; the answer decides.
ASKED = compiled(
    r"safe (?:at home|with (?:him|her|them|your \w+)|going home|there\b|tonight|in the house|to go (?:home|back)|"
    r"when (?:he|she))",
    r"feel(?:ing|t)? (?:un)?safe(?= (?:at home|with (?:him|her|them)|in (?:the|your) (?:house|home|flat|relationship|"
    r"marriage|bed)|at the (?:minute|moment)|right now|around (?:him|her)|there\b)|[?,.]|$)",
    r"are you safe(?=[?,]|$)",
    r"(?:make|makes|making) you feel unsafe",
    r"(?:he|she|they|any(?:one|body)(?: at home)?|some(?:one|body)|who|your \w+|ever)(?:'s|'d)? (?:\w+ ){0,3}?(?:hit|"
    r"hits|hitting|hurt|hurts|hurting|threaten\w*|push\w*|frighten\w*|scare[sd]?|scaring|slap\w*|grab\w*|chok\w*|"
    r"forc\w*|shov\w*|kick\w*|punch\w*|strangl\w*|control\w*) you\b(?! (?:to (?:hear|say|think|remember|lose)|"
    r"feelings|that|about|when you (?:think|hear|say)|off|in the (?:chest|stomach)|the most|most|so much|, "
    r"(?:hearing|saying)))",
    r"(?:lay|laid|put|raise[sd]?|puts|lays)(?: a| his| her| their)? (?:finger|hands?) (?:on|to) you",
    r"afraid of (?:him|her|your (?:husband|wife|partner|dad|father|son|mum|mother))",
    r"(?:got|get|gets|been|turn(?:ed)?|be|become|is) (?:ever )?(?:physical|violent|abusive|rough)\b",
    r"(?:check|checks|go|goes|going|look)(?: through| at)? your phone",
    r"(?:control|controls|hold|holds) the money",
    r"spend (?:\w+ )?without asking",
    r"(?:let|lets|allow|allows) you (?:to )?(?:see|go|have|leave|work|out|use)",
    r"against your will",
    r"what (?:happens|would happen|does (?:he|she) do) (?:if|when) you (?:say no|spend|come home late|are late|'re "
    r"late|don't|leave|see)",
    r"are you (?:afraid|frightened|scared) (?:of|when)",
    r"what (?:is it )?(?:you're|are you) (?:afraid|scared|frightened) of when",
    r"go home to",
)  # fmt: skip
