"""The command line: what it offers. Each command is a file in command/."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from afterword.settings import Reach, load

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A private companion for people in therapy.",
)

Data = Annotated[Optional[Path], typer.Option("--data", help="Folder of everything kept.")]  # noqa: UP045
Port = Annotated[Optional[int], typer.Option("--port", help="Port on this machine.")]  # noqa: UP045
Host = Annotated[Optional[str], typer.Option("--host", help="Address to listen on; others need a certificate.")]  # noqa: UP045
Names = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--name", help="A name under which a phone finds this machine over https. docs/phone.md says how."),
]
Proxy = Annotated[bool, typer.Option("--behind-proxy", help="A proxy on this machine receives https for it.")]
Certificate = Annotated[Optional[Path], typer.Option("--certificate", help="Receive https with this one (PEM).")]  # noqa: UP045
Key = Annotated[Optional[Path], typer.Option("--key", help="The private key of the certificate (PEM).")]  # noqa: UP045
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SpeechModel = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--speech-model", metavar="FOLDER", help="Listen with the Moonshine model in this folder."),
]


Address = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--address", help="Where an OpenAI-compatible server listens: http://127.0.0.1:8080"),
]
ModelName = Annotated[Optional[str], typer.Option("--model", help="The name of the model there, if it has several.")]  # noqa: UP045
KeyFile = Annotated[Optional[Path], typer.Option("--key-file", help="The first line of this file is its key.")]  # noqa: UP045
MayLeave = Annotated[bool, typer.Option("--text-may-leave", help="Text may be sent to that other machine.")]


class Engine(StrEnum):
    """Who reads a transcript."""

    BUILTIN = "builtin"
    MODEL = "model"


class Medium(StrEnum):
    """How the two of you meet."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Speakers(StrEnum):
    """The answer to who is who."""

    KEEP = "keep"
    SWAP = "swap"
    UNSURE = "unsure"


@app.command()
def serve(
    data: Data = None,
    port: Port = None,
    host: Host = None,
    name: Names = None,
    behind_proxy: Proxy = False,
    certificate: Certificate = None,
    key: Key = None,
    speech_model: SpeechModel = None,
) -> None:
    """Start Afterword on this machine."""
    from afterword.command.serve import serve as run

    run(load(data, port, host, Reach(tuple(name or ()), behind_proxy, certificate, key), speech_model))


@app.command(hidden=True)
def web(data: Data = None, port: Port = None) -> None:
    """The web process alone (`serve` starts it for you)."""
    from afterword.command.parts import run_web

    run_web(load(data, port))


@app.command()
def worker(data: Data = None, speech_model: SpeechModel = None) -> None:
    """A worker alone; `serve` starts one for you."""
    from afterword.command.parts import run_worker

    run_worker(load(data, speech_model=speech_model))


@app.command()
def process(
    file: Annotated[
        Path, typer.Argument(help="A recording: m4a, mp3, wav, flac, ogg, webm... or a transcript: vtt, srt, txt")
    ],
    mine: Annotated[bool, typer.Option("--mine", help="Only my own voice is on it.")] = False,
    both: Annotated[
        bool, typer.Option("--both", help="My therapist's is on it too; their yes has to stand in the notebook.")
    ] = False,
    therapist: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", help="Whose voice, if the consent record speaks of several people."),
    ] = None,
    day: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option(formats=["%Y-%m-%d"], help="The day of the session; today if it is not given."),
    ] = None,
    speakers: Annotated[
        Optional[Speakers],  # noqa: UP045
        typer.Option(help="If it is not certain who is who: keep (the first voice is mine), swap, or unsure."),
    ] = None,
    as_json: AsJson = False,
    passphrase_file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(exists=True, dir_okay=False, help="Read the passphrase from here."),
    ] = None,
    speech_model: SpeechModel = None,
    data: Data = None,
) -> None:
    """A recording in, a record out. Into the notebook; or, with --json, printed and kept nowhere."""
    from afterword.command import process as command

    on = command.day_of(day.date() if day else date.today())
    wish = command.Wish(file, command.voices(mine, both), on, speakers.value if speakers else None, therapist)
    settings = load(data, speech_model=speech_model)
    if as_json:
        command.print_record(wish, settings, passphrase_file)
    else:
        command.into_notebook(wish, settings, passphrase_file)


@app.command()
def understand(
    file: Annotated[Path, typer.Argument(help="A transcript: .json, .vtt, .srt or .txt.")],
    engine: Annotated[
        Engine, typer.Option(help="Who reads it: builtin, or a language model of yours.")
    ] = Engine.BUILTIN,
    address: Address = None,
    model: ModelName = None,
    key_file: KeyFile = None,
    gguf: Annotated[Optional[Path], typer.Option("--gguf", help="A model's file, instead of an address.")] = None,  # noqa: UP045
    may_leave: MayLeave = False,
    as_json: AsJson = False,
) -> None:
    """A transcript that you already have in, a record out. Nothing is kept."""
    from afterword.command import understand as command

    if (engine is Engine.MODEL) != bool(address or gguf):
        raise typer.BadParameter("--engine model and --address (or --gguf) belong together.")
    command.understand(file, as_json, command.Engine(address, model, key_file, gguf, may_leave))


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="Transcripts in JSON, each with its date; in any order.")],
    engine: Annotated[
        Engine, typer.Option(help="Who reads them: builtin, or a language model of yours.")
    ] = Engine.BUILTIN,
    address: Address = None,
    model: ModelName = None,
    key_file: KeyFile = None,
    gguf: Annotated[Optional[Path], typer.Option("--gguf", help="A model's file, instead of an address.")] = None,  # noqa: UP045
    may_leave: MayLeave = False,
    as_json: AsJson = False,
) -> None:
    """Several sessions through the whole product, in a notebook that is thrown away. Nothing is kept."""
    from afterword.command import replay as command
    from afterword.command import understand

    if (engine is Engine.MODEL) != bool(address or gguf):
        raise typer.BadParameter("--engine model and --address (or --gguf) belong together.")
    command.replay(files, as_json, understand.Engine(address, model, key_file, gguf, may_leave))


PassphraseFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(exists=True, dir_okay=False, help="Read the passphrase from here."),
]
models = typer.Typer(no_args_is_help=True, help="A language model of your own, which writes your notes.")
app.add_typer(models, name="model")


@models.command("use")
def model_use(
    file: Annotated[Optional[Path], typer.Argument(help="A GGUF file on this machine; or give --address.")] = None,  # noqa: UP045
    address: Address = None,
    model: ModelName = None,
    key_file: KeyFile = None,
    may_leave: MayLeave = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
) -> None:
    """Let it write your notes from now on."""
    from afterword.command import model as command

    command.use(load(data), command.Wanted(file, address, model, key_file, may_leave), passphrase_file)


@models.command("off")
def model_off(passphrase_file: PassphraseFile = None, data: Data = None) -> None:
    """Back to the built-in engine, at once."""
    from afterword.command.model import off

    off(load(data), passphrase_file)


@models.command("show")
def model_show(passphrase_file: PassphraseFile = None, data: Data = None) -> None:
    """What writes your notes now."""
    from afterword.command.model import show

    show(load(data), passphrase_file)


@models.command("suggest")
def model_suggest(
    measure: Annotated[Optional[Path], typer.Option(help="A GGUF file to measure this machine with.")] = None,  # noqa: UP045
) -> None:
    """Models that fit this machine. Fetches nothing."""
    from afterword.command.suggest import suggest

    suggest(measure)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A new folder. What is written there is in clear.")],
    passphrase_file: PassphraseFile = None,
    data: Data = None,
) -> None:
    """Everything of the notebook, as text files and as one JSON file."""
    from afterword.command.take_out import export as run

    run(load(data), folder, passphrase_file)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The JSON file of an export.")],
    passphrase_file: PassphraseFile = None,
    data: Data = None,
) -> None:
    """Bring in such a JSON file. What is in the notebook stays as it is."""
    from afterword.command.take_out import bring

    bring(load(data), file, passphrase_file)


@app.command()
def place(
    client: Annotated[Optional[str], typer.Argument(help="Where you are: US-TX, CA-ON, DE... None: list them.")] = None,  # noqa: UP045
    therapist: Annotated[Optional[str], typer.Argument(help="Where your therapist is, if elsewhere.")] = None,  # noqa: UP045
    medium: Annotated[Optional[Medium], typer.Option(help="How you meet.")] = None,  # noqa: UP045
    as_json: AsJson = False,
) -> None:
    """Whose agreement the law asks for, where the two of you are. General information, not legal advice."""
    from afterword.command import place as command

    if client is None:
        command.list_places()
    elif medium is None:
        raise typer.BadParameter("Say how you meet: --medium in_person, phone or video.")
    else:
        command.place(client, therapist or client, medium.value, as_json)


@app.command()
def doctor(
    data: Data = None,
    port: Port = None,
    host: Host = None,
    name: Names = None,
    behind_proxy: Proxy = False,
    certificate: Certificate = None,
    key: Key = None,
    speech_model: SpeechModel = None,
    as_json: AsJson = False,
) -> None:
    """What this machine can and cannot guarantee. Give it what you give to `serve`."""
    from afterword.command.doctor import doctor as run

    run(load(data, port, host, Reach(tuple(name or ()), behind_proxy, certificate, key), speech_model), as_json)


def main() -> None:
    """The entry point."""
    app()
