"""Harm to oneself without the wish to die."""

from __future__ import annotations

from afterword.room.understand.builtin.danger.lexicon.groups import compiled

# Said outright by the one who is in it.
SAID = compiled(
    r"self-harm\w*",
    r"(?:cut|cuts|cutting|burn|burning|burned|burnt|hit|hitting|hits|punch\w*|starv\w*|scratch\w*|harm|harming|"
    r"harmed|bit|bite|biting|stab|stabbed|stabbing|scald\w*|pinch\w*|bruis\w*|slap|slapped|slapping|brand\w*|slic\w*|"
    r"whip\w*) myself\b(?! (?:off|some|a (?:slice|piece|break|bit of)|shaving|while|on (?:the|a) (?:tin|paper|glass|"
    r"fence|oven|door|pan|stove|bread|can|edge|corner|kitchen|knife (?:doing|cutting))|cooking|out|short|down|over "
    r"the head|chopping|peeling|gardening|opening|for (?:it|that|not|saying)|up about|with the (?:tray|oven|pan|"
    r"iron by)|by accident))",
    r"(?:hurt|hurting) myself\b(?=[\w', ]{0,30}(?:on purpose|again|when i|because|to (?:feel|stop|punish|cope)|"
    r"deliberately|this week|last night|sometimes|every|at night|instead|with the|with a))(?! (?:at|lifting|playing|"
    r"running|doing|in the (?:gym|garden)|on the|by (?:falling|lifting|accident)))",
    r"(?:hurting myself|i hurt myself|i've hurt myself|to hurt myself|hurt myself)\b(?=[.!?,]|$| anymore| and i "
    r"(?:can't|don't))",
    r"(?:been|started|back to|went back to|keep|kept|stop|thinking about|thought about|urge to|urges to|need to|"
    r"want to|wanted to|relapsed and|tempted to|i used to be) (?:cut|cutting)\b(?! (?:down|back|out|off|corners|the|"
    r"my (?:hair|hours|losses|own|phone|coffee|drinking|nails|spending|grass|carbs)|class|ties|her|him|them|it|"
    r"through|carbs|sugar|up|in|loose|a|people|and (?:colou?r|paste)|our|his|all|some|coffee|meat|short|contact))",
    r"cutting (?:again|is back|came back|has (?:started|come back))\b",
    r"cuts? on my <LIMB>\b(?= (?:that )?(?:i (?:did|made|do)|from the (?:razor|blade)|again))",
    r"(?:razor|razors|blade|blades|compass|lighter|cigarette|straighteners?|curling iron|iron|scissors|stanley knife|"
    r"craft knife|glass|safety pin|needle|knife|boiling water|kettle)[\w', ]{0,30} (?:on|into|to|across|over|"
    r"against) my (?:own )?(?:\w+ )?<LIMB>\b(?! (?:by accident|when i was (?:cooking|ironing|chopping)))",
    r"(?:cut|carved?|sliced?|burn(?:ed|t)?|scratche?d?|stabbed|dug into|dig into|pick at|gouged?|scalded)(?: at|"
    r" into| up| the inside of)? my (?:own )?(?:left |right |upper |inner |whole )?<LIMB>\b(?=[\w', ]{0,40}(?:on "
    r"purpose|again|till|until|because|to (?:feel|stop|punish)|razor|blade|where (?:nobody|no one|it)|last night|"
    r"when i|so (?:that )?i|with (?:a|the) (?:razor|blade|knife|lighter|cigarette|compass)))",
    r"(?:bang|banged|banging|bash\w*|smash\w*|hit|hitting|knock\w*|slam\w*) my (?:own )?(?:head|fists?|face) (?:on|"
    r"against|into|off|in) (?:the|a) (?:\w+ )?(?:wall|door|floor|tiles|sink|bath|mirror|desk|table|"
    r"bricks?)\b(?=[\w', ]{0,60}(?:till|until|stop|when|because|again|on purpose|every|shout|just to|so i|feel)|"
    r")(?! (?:getting|by (?:accident|mistake)|when i (?:stood|got) up|coming|cabinet|frame))",
    r"punch\w* (?:the|a|my) (?:wall|door|mirror|bedroom wall|tree|bricks?)[\w', ]{0,25}(?:till|until|bleed|bled|"
    r"knuckles|feel|pain|swell|swoll|hurt|because)",
    r"(?:till|until) (?:it|i|they|my \w+|my knuckles) (?:bleeds?|bled|split|bruises?|hurts? enough)\b(?! (?:ink|at "
    r"the|running|dancing|playing))",
    r"make myself bleed",
    r"made myself bleed",
    r"see (?:the|my own) blood",
    r"feel the (?:blade|burn on my)",
    r"relapsed[\w', .]{0,30}(?:razor|blade|cut|cutting)",
    r"(?:i )?(?:used|use|got|took|had) the (?:razor|blade)s?\b(?=[\w', ]{0,30}(?:on my|again|<LIMB>|last night|to "
    r"stop|in the bath))",
)  # fmt: skip

# These count when the therapist takes them up as danger and hears no plain no, or when two come together.
HINTED = compiled(
    r"the urges?\b",
    r"urge to (?:hurt|do it)",
    r"(?:plasters?|bandages?|scars?|marks|scabs|long sleeves)\b[\w' ]{0,20}(?:wrist|arm|thigh|summer)",
    r"did it again",
    r"punish myself",
    r"relapsed",
    r"(?:razor|blades?|lighter)\b",
    r"till it bleeds",
)  # fmt: skip

# Read against the therapist's sentence; the answer decides.
ASKED = compiled(
    r"(?:hurt|harm|cut|burn|punish|injur)(?:t?ing|ed|s)? yourself",
    r"self-harm\w*",
    r"the cutting\b(?! (?:garden|board|edge))",
    r"(?:when|the time) you (?:did|do|done) (?:that|it|this)\b[\w', ]{0,30}(?:die|dead|end it|dying|alive)",
    r"was any (?:of (?:it|that)|part of \w+)[\w ]{0,8} (?:about )?wanting to die",
    r"(?:mean|meant|trying|meaning) to (?:die|kill yourself)",
    r"urges? to (?:do it again|cut|hurt|burn|harm)\b(?! (?:down|out|back|him|her|them))",
    r"been cutting",
    r"(?:plasters?|marks|bandages?|scratches|cuts|scars|burns?) on your",
)  # fmt: skip
