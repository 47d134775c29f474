"""How danger is read: words, lexicon, who and when, questions with their answers, what was agreed."""
