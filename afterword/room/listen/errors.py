"""Why listening failed, as a code. Never the message of a library: it may hold words."""


class ListenError(Exception):
    """`code`: empty, not_audio, no_sound, unsupported, truncated, too_long, no_speech, unreadable,
    no_consent; of a sample of the person's own voice: short_sample, mixed_sample."""

    def __init__(self, code: str, retryable: bool = False) -> None:
        super().__init__(code)
        self.code, self.retryable = code, retryable
