"""A wish to die: what is said outright, what only hints, what a therapist asks."""

from __future__ import annotations

from afterword.room.understand.builtin.danger.lexicon.groups import compiled

# Said outright by the one who is in it.
SAID = compiled(
    r"(?:kill|kills|killed|killing|top|topped|topping|hang|hung|hanged|hanging|shoot|shot|shooting|drown|drowned|"
    r"drowning|gas|gassed|gassing|poison|poisoned|poisoning|end|ending|ended|finish|finishing|unalive|unaliving|"
    r"offed|offing) myself(?: off)?\b(?! (?:up|out|with work|at the gym|laughing|over it|in the foot|a (?:favou?r|"
    r"break)))",
    r"(?:do|did|doing|done) myself in\b",
    r"(?:to|going to|just|nearly|almost|i'll|might) off myself",
    r"suicidal\b",
    r"(?:thoughts?|thinking|think|thought|ideas?|plans?|planning|consider\w*|contemplat\w*|attempt\w*|commit\w*|my|"
    r"tried) (?:of |about |the |a |on )?suicid\w*",
    r"end(?:ed|ing)? (?:it all|(?:my|this) (?:own )?life|everything|things for good|my days|the pain for good)",
    r"end(?:ing)? it\b(?! (?:with|there|here|badly|well|by|between|before|on|now|early|at|for him|for her|up|as|like|"
    r"all with))",
    r"tak(?:e|ing|en) my (?:own )?life",
    r"took my (?:own )?life\b",
    r"<WANT> <SOME>(?:die|be dead|not be alive|not exist|stop existing|cease to exist|not be (?:here|around) "
    r"(?:anymore|any longer)|never wake up|not wake up|sleep forever|go to sleep (?:and|forever|for good)|be in the "
    r"(?:ground|grave)|be six feet under|be buried|be done with (?:life|living|it all))\b(?! (?:of|for|laughing|from|"
    r"on the spot|right there|happy|old|in my (?:bed|own bed|sleep|home)|at home|with dignity|inside|my head|down))",
    r"want(?:ed|ing)? myself (?:dead|gone)",
    r"wish(?:ed|es|ing)? (?:that )?i(?: could|'d| had| would|)? ?(?:was|were|wasn't|weren't|hadn't|didn't(?: have "
    r"to)?|had|would|'d|could|never|just|not)?(?: just| not| never)* ?(?:dead|die|died|not here|gone|here|alive|born|"
    r"been born|wake up|woken up|exist|existed|disappear for good|not existed)\b(?! (?:for|to see|with (?:you|him|"
    r"her|them)|on (?:holiday|vacation)|in|at|by|earlier|sooner|yesterday))",
    r"(?:everyone|everybody|they|they'd|the (?:kids?|world|family|boys|girls|baby)|my (?:kids?|family|wife|husband|"
    r"parents|mum|mom|children|daughters?|sons?|friends))(?:'d| would| will|'ll|'s| is| are)?(?: all)?(?: be|"
    r" do)? ?<SOME>(?:much |a lot |all |way |so much )?(?:better|better off|happier|safer|fine|easier|richer|lighter|"
    r"grand)(?: off)?[\w', ]{0,30}?(?:without me|if i (?:wasn't|weren't|was not|was(?:n't)? (?:here|gone|dead|"
    r"around)|were (?:gone|dead)|died|disappeared|didn't exist))\b(?! (?:at|on|for|tonight|tomorrow|next|in the "
    r"(?:team|meeting|band|room|kitchen|office)|there))",
    r"better off (?:without me|dead|if i (?:wasn't|weren't|was not|were gone|was gone|were dead|was dead|died))",
    r"easier (?:for \w+ )?(?:without me\b|if i (?:wasn't|weren't|died|was gone))",
    r"no use to (?:anyone|anybody) alive",
    r"i(?:'d| would)? <SOME>(?:don't|didn't|do not|did not|dont) (?:really |even |just |fucking |always )*(?:want|"
    r"wanted|wish|care)(?: to)? (?:be (?:here|around)(?=[\w', ]{0,12}<OVER>)(?! (?:at|in|with|on|for) )|be alive|"
    r"live(?! (?:in|with|like|there|here|near|alone|at|on|off|through|up|under|by|so|abroad|together|a |the |my |"
    r"this|that|without|any(?:where)))|wake up(?! (?:early|late|at|in|to|until|till|before|the|with|him|her|them|"
    r"next|tired|so|for))|exist|go on living|keep living|live anymore)",
    r"(?:don't|didn't|do not|dunno|not sure|no idea|can't) (?:know |see |think |tell )?(?:if|whether|why|that) i "
    r"(?:<SOME>)(?:want to (?:live|be alive|be here anymore)|should (?:live|be alive|exist)|deserve to (?:live|be "
    r"alive)|'m (?:still )?(?:alive|here anymore))",
    r"deserve to (?:die|be dead)",
    r"(?:don't|didn't) deserve to (?:live|be alive)",
    r"(?:wouldn't|didn't|don't|not|never|hope i|hoping i|hoped i|pray i|praying i)(?: mind| care)?(?: if "
    r"i)?(?: don't| never| just don't| didn't| wouldn't)? ?(?:wak(?:e|ing)|woke|woken) up\b(?! (?:early|late|at|in|"
    r"to|until|till|before|the|with|him|her|them|next|for|on|feeling|tired|once))",
    r"(?:go|went|fall|fell|going|falling|gone) (?:to )?(?:sleep|asleep)[\w', ]{0,20}(?:not wake|never wake|and that "
    r"was it|that'd be it|that was me|didn't wake|not have to wake|for good)",
    r"(?:mind|care|matter|okay|ok|fine|relief|relieved|easier|grand|happy|glad|good)[\w', ]{0,6} if (?:i (?:died|"
    r"didn't wake|never woke|wasn't here|weren't here|just stopped|got hit|got (?:run over|cancer)|went|dropped dead|"
    r"was dead|didn't make it)|(?:a|the) (?:car|bus|truck|lorry|train|tree|plane) (?:hit|took|came|crashed|fell|got|"
    r"flattened|ran)|(?:it|something|the cancer|the virus|god|the lord|my heart) (?:killed|took|stopped|got) "
    r"?(?:me)?)",
    r"if (?:i got|i get|i were|i was) (?:hit by|run over|knocked down by|under) (?:a|the) (?:bus|car|lorry|truck|"
    r"train|tram)[\w', ]{0,20}(?:mind|care|relief|fine|good|okay|happy|fair)",
    r"if (?:a|the) (?:car|bus|truck|lorry|train|tree|plane)[\w' ]{1,20}, i(?:'d| would| wouldn't|'d "
    r"not)[\w' ]{0,14}(?:mind|care|move|jump|step back|swerve|stop it|be (?:glad|relieved|grateful|fine|happy))",
    r"if (?:god|the lord|jesus|allah|death|the good lord)[\w' ]{0,12} (?:took|takes|take|came for|called|wanted) me",
    r"(?:wish|hope|pray|prayed|praying|hoping|ask god|asked god)[\w' ]{0,12}(?:would|to|will|'d|it|something|a truck|"
    r"god|the lord|he) ?(?:kill|take|end|hit|finish|strike) me\b(?! (?:up|out|to|in|for|seriously|home))",
    r"(?:(?:don't|can't|didn't|never|couldn't|doesn't) (?:really )?see |)(?:no|any|the|what's the|what is the|"
    r"see(?:ing)? the|see (?:a|any|no)|see no|a) (?:point|reason|sense|use)(?: of| in| to| for)? ?(?:me )?(?:living|"
    r"live|going on living|being (?:here anymore|alive)|be alive|staying alive|stay alive|being in (?:this|the) "
    r"world|existing|life)\b",
    r"(?:life(?:'s| is|)|it(?:'s| is)|living(?:'s| is)|i'm) not worth (?:living|being alive|being here)",
    r"nothing (?:left )?to live for",
    r"no reason to (?:live|be alive|be here anymore)",
    r"no (?:future|world|version|life)[\w', ]{0,14} (?:with me in it|i'm in|that has me in it)",
    r"thoughts? (?:of|about) (?:dying|ending|not being (?:here|around|alive)|killing myself|jumping|hanging|wanting "
    r"to die|being dead)",
    r"(?:think|thinking|thought|thinks|dream|dreaming|fantasi\w+|daydream\w*) (?:of|about) (?:dying|ending it|being "
    r"dead|not being (?:here|around|alive)|my (?:own )?death|how (?:i'd|i would|to) (?:do it|die)|jumping|hanging|"
    r"my (?:own )?funeral|ways to (?:die|do it|end))",
    r"(?:i'd|i would|i could|could|i might|might|wanted to|want to) <SOME>(?:not be (?:here|around|alive)|stop "
    r"existing|be gone for good|not exist)\b(?! (?:at|for|on|when|by|next|until|till|tomorrow))",
    r"not be(?:ing)? (?:here|around|alive) (?:anymore|any longer)",
    r"not be(?:ing)? alive\b",
    r"(?:done|finished|through|had enough|fed up) (?:with|of) (?:life|living|being alive|this life|existing|"
    r"breathing)",
    r"(?:tired|sick|weary|exhausted) of (?:life|living|being alive|existing|breathing|waking up)\b(?! (?:with|in|at|"
    r"like|here|next|on|to))",
    r"(?:drive|driving|drove|driven|swerve|swerving|steer\w*|turn(?:ing)? the wheel|let(?:ting)? go of the "
    r"(?:steering )?wheel|put the car|run the car|crash(?:ing)? (?:the car|my car))(?: (?:it|the car|my "
    r"car))?(?: straight| right)?(?: (?:off|into|over|under|in front of) (?:the|a|an|that) (?:\w+ )?(?:bridge|tree|"
    r"wall|river|road|oncoming|median|barrier|truck|lorry|edge|cliff|quarry|pillar|sea|lake|canal|pole)| and (?:let|"
    r"not)\b| of the (?:steering )?wheel)",
    r"let go of the (?:steering )?wheel",
    r"take my hands off the wheel",
    r"not (?:turn|brake|take) (?:the )?(?:bend|corner|curve)",
    r"(?:step|stepp|walk|jump|throw myself|threw myself|chuck myself|lie down|lay down|hurl myself|fling myself)\w* "
    r"(?:out |myself |straight |right )*(?:in front of|off|under|onto|into|on) (?:a|the|that|some) "
    r"(?:\w+ )?<DEATHLY>\b(?! (?:stop|ride|again and (?:went|got)|home|to (?:work|school|town)|and (?:went|walked|"
    r"got)))",
    r"(?:toes|feet|foot|standing|stood|leaning|leaned|climbed|hanging)[\w' ]{0,20} over (?:the )?(?:(?:yellow |"
    r"white )?line|edge|railings?|barrier|parapet|ledge|balcony)",
    r"(?:stood|standing|sat|sitting) on the (?:edge|ledge|parapet|tracks|wrong side)",
    r"(?:look|looked|looking|google|googled|googling|search|searched|searching|read|reading|research\w*)(?: up| for|"
    r" into|)? (?:how (?:high|many|much|long|to (?:die|kill|hang|tie|do it|overdose|end))|ways (?:to|of)|methods|"
    r"painless|lethal|the (?:easiest|least painful|quickest) way)(?=[\w', ]{0,40}(?:bridge|roof|cliff|<MEANS>|die|"
    r"dying|kill|hang|do it|lethal|painless|drop|noose|overdose|end it|take))",
    r"(?:painless|quickest|easiest) (?:way|method)s? to (?:die|do it|go|end)",
    r"(?:took|take|taken|taking|swallow\w*|necked|downed|down|neck|count\w*|sav(?:e|ed|ing)|hoard\w*|stockpil\w*|"
    r"collect\w*|keeping|stash\w*|lined up|line up|tipped out|emptied|held|holding|put)(?: out| up| back| all|"
    r" away)? (?:(?:all|every one) (?:of )?(?:the|my|her|his|mam's|mum's|mom's|dad's|them)?|a (?:handful|bunch|load|"
    r"whole bottle|bottle|fistful|box|pile|lot) of|too many|too much|the whole (?:bottle|box|packet)(?: of)?|the|my|"
    r"her|his|enough|extra|about \w+|twenty|thirty|forty|fifty|sixty|\d\d+) ?(?:of )?(?:the |my |her |"
    r"his )?(?:sleeping )?<MEANS>\b(?! (?:as|with|every|in the morning|at|before|twice|once|daily|like|for my|for "
    r"the|again every|out (?:for|to)|he gave|she gave|prescribed|and (?:went to (?:bed|work)|slept)))",
    r"overdos(?:e|ed|es|ing)\b",
    r"\bod(?:'?ed|'d|'?ing)\b",
    r"\bo\.d\.(?:'?d|ed)?",
    r"pump(?:ed|ing)? my stomach",
    r"stomach pumped",
    r"(?:gun|pistol|knife|blade|razor|barrel|rifle|shotgun) (?:in my mouth|to my (?:head|throat|temple|wrist|chest)|"
    r"against my (?:head|throat|wrist|temple|skin))",
    r"(?:rope|noose|belt|cord) (?:round|around|on) my neck",
    r"(?:tied|made|bought) (?:a|the) noose",
    r"slit my (?:own )?(?:wrists?|throat)",
    r"(?:cut|open|opened) my (?:own )?(?:wrists?|veins|throat)",
    r"(?:goodbye|suicide|farewell) (?:note|letter)s?",
    r"(?:wrote|written|writing|write) (?:\w+ ){0,3}(?:goodbyes?)\b",
    r"tried to (?:kill|hang|drown|end|die|do it again|take my|jump off|od|top|do away)\b(?! (?:it up|it quickly|on "
    r"time|him|her|them|the (?:call|meeting|conversation|relationship|marriage)))",
    r"(?:my|another|a second|a third|the) (?:suicide )?attempt\b(?! (?:at|to|on))",
    r"since (?:i|the) (?:jumped|tried to|overdosed|attempt)",
    r"when i (?:tried to (?:die|kill|end)|jumped (?:off|from|in front))",
    r"(?:cut|got|pulled|talked|brought) me (?:down from the (?:rope|beam|ledge|bridge|roof)|off the (?:bridge|ledge|"
    r"roof|tracks)|back from the (?:edge|ledge))",
    r"(?:do|done|doing) away with myself",
    r"shuffle off",
    r"check out (?:for good|of life)",
    r"be done with living",
)  # fmt: skip

# These count when the therapist takes them up as danger and hears no plain no, or when two come together.
HINTED = compiled(
    r"<WANT> <SOME>(?:disappear|vanish|be gone|not be (?:here|around)|it (?:all )?to (?:stop|be over|end)|join "
    r"(?:him|her|them)|be with (?:him|her) again|go to sleep)",
    r"(?:i'd|i would|i could) <SOME>(?:disappear|vanish|be gone)",
    r"can't (?:go on|do (?:this|it|life)(?: anymore)?|carry on|take (?:it|this|much more)|keep (?:going|doing this))",
    r"don't want to be here",
    r"what's (?:the point|it all for)",
    r"no point(?: in (?:any of it|anything))?",
    r"(?:give|giving|given) up(?: on everything| completely)?\b(?! (?:smoking|sugar|drinking|coffee|meat|work|my "
    r"(?:seat|job)))",
    r"(?:no|can't see (?:a|any)) future",
    r"can't see (?:myself|me) (?:next|in|past|at)",
    r"(?:wrote|written|writing) (?:\w+ ){0,2}(?:letters?|notes?|my will)",
    r"(?:gave|giving|given) (?:away )?(?:my|all my) [\w ]{1,20} away",
    r"gave away (?:my|all)",
    r"said (?:my )?goodbyes?",
    r"saying goodbye",
    r"put (?:my )?affairs in order",
    r"life insurance",
    r"the insurance",
    r"better (?:off )?without me",
    r"without me (?:around|here|in the house)",
    r"(?:a )?burden (?:on|to)",
    r"sick of (?:it all|everything)",
    r"i(?:'d| would) be (?:out of (?:everyone's|their) way|at peace)",
    r"it felt peaceful",
    r"be at peace",
    r"think(?:ing)? about death",
    r"thoughts about death",
    r"the dark place",
    r"dark thoughts",
    r"those thoughts",
    r"(?:the )?rope\b",
    r"i survived",
    r"pins out",
    r"sectioned",
    r"on suicide watch",
    r"psych ward",
    r"(?:since|after|when) i jumped",
    r"how high (?:the|that|it)",
    r"(?:be|being|'m|am) done (?:with (?:it|all this|everything)|sett?ing|with all of it)",
    r"not (?:going to )?make it (?:to|through|past)",
    r"nothing (?:left|matters)",
    r"(?:the|my) (?:gun|pistol|shotgun|rifle)\b",
)  # fmt: skip

# Of two hints, one has to be of these.
HEAVY = compiled(
    r"(?:wrote|written|writing|gave|giving|given|said (?:my )?goodbye|saying goodbye|put (?:my )?affairs|(?:life|"
    r"the) insurance|without me|better (?:off )?without|i(?:'d| would) be (?:out|at peace)|it felt peaceful|be at "
    r"peace|the rope|rope|i survived|sectioned|on suicide|psych|(?:since|after|when) i jumped|how high|(?:the|my) "
    r"(?:gun|pistol|shotgun|rifle)|(?:be|being|'m|am) done)",
)  # fmt: skip

# A thing to do it with at hand: against oneself, unless the turn is about hurting somebody else.
WEAPON = compiled(
    r"(?:had|got|took|held|hold|holding|put|sat with|sit with|loaded|load|laid|tied|tie|bought|buy|kept|keep|found|"
    r"used) (?:out |up |down )?(?:the|a|my|his|dad's|her|that|this)(?: \w+)? <GUN>\b(?=[\w', ]{0,30}(?:\bout\b|in "
    r"my (?:hand|mouth|lap)|to my (?:head|chest|throat|wrist)|on my (?:lap|knee|neck)|under my chin|round my neck|"
    r"around my neck|in the (?:boot|trunk|garage|attic|shed|loft|drawer|barn)|from the beam|over the beam|"
    r"ready))(?![\w' ,]*(?:and i was going over|at (?:him|her|them)|to (?:his|her|their)))",
)  # fmt: skip

# Read against the therapist's sentence; the answer decides.
ASKED = compiled(
    r"suicid\w*",
    r"kill(?:ing)? yourself",
    r"(?:end|ending) (?:your (?:own )?life|it all|it\b(?! with))",
    r"(?:thought|thoughts|thinking|think) (?:of|about) ending (?:things|everything)",
    r"tak(?:e|ing) your (?:own )?life",
    r"(?:be|being|is) (?:dead|alive)",
    r"\bdie\b",
    r"dying",
    r"dead\b",
    r"(?:not|n't)(?: wanting| want)?(?: to)? (?:be|being) (?:here|alive|around)",
    r"(?:not|n't|anymore)(?: wanting| want) to live",
    r"want(?:ing)? to live",
    r"don't want to live",
    r"life(?:'s| is|) ?(?:not|isn't)? worth",
    r"not worth living",
    r"(?:not|won't|wouldn't|never|don't) (?:wak(?:e|ing)) up",
    r"better off (?:dead|without you)",
    r"wish you (?:weren't|wasn't|were dead|were not|didn't|could)",
    r"(?:thought|thoughts|thinking|think) (?:of|about) jumping",
    r"jump(?:ing|ed)? (?:off|from the|in front)",
    r"hang(?:ing)? yourself",
    r"overdos\w+",
    r"safe (?:with|from) yourself",
    r"keep(?:ing)? yourself safe",
    r"stay safe",
    r"(?:dark|darker) thoughts\b",
    r"(?:how )?close did you (?:come|get)",
    r"a plan to (?:end|do it)",
    r"means to do it",
    r"danger to yourself",
    r"not (?:be|being) around",
    r"not go on living",
    r"the wish to die",
    r"do(?:ing)? something to yourself",
    r"unalive",
    r"end of your life by",
)  # fmt: skip
