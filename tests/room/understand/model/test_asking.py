"""Servers as they are: what they do not know, what they say of themselves, and how they fail."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from afterword.room.understand.model.asking import AtAddress, Message, ModelFailed
from afterword.room.understand.model.forms import form
from tests.model_server import elsewhere, serving
from tests.room.understand.model.servers import (
    asking,
    chat,
    dripping,
    flooding,
    knows_only,
    one_after_another,
    status,
    text,
)

SAID = [Message("system", "Rules."), Message("user", "What was said?")]
SCHEMA = form(("themes",))
WELL = text('{"themes": []}')


def ask(model: AtAddress) -> str:
    return model.ask(SAID, SCHEMA, 100)


def failure(model: AtAddress) -> ModelFailed:
    with pytest.raises(ModelFailed) as failed:
        ask(model)
    return failed.value


@pytest.mark.parametrize(
    ("knows", "code", "tried"),
    [
        (("json_schema",), 400, ["json_schema"]),
        (("json_object",), 500, ["json_schema", "json_object"]),  # llama.cpp's Python server
        (("json_object",), 422, ["json_schema", "json_object"]),
        ((None,), 400, ["json_schema", "json_object", None]),
        ((None,), 404, ["json_schema", "json_object", None]),
    ],
)
def test_it_steps_down_the_ladder_and_stays_where_it_got_an_answer(
    knows: tuple[str | None, ...], code: int, tried: list[str | None]
) -> None:
    with asking(knows_only(*knows)(code, WELL)) as (model, server):
        assert (ask(model), ask(model)) == ('{"themes": []}',) * 2
    forms = [(asked.body.get("response_format") or {}).get("type") for asked in server.questions]
    assert forms == [*tried, tried[-1]]
    in_question = json.dumps(SCHEMA, separators=(",", ":")) in server.questions[-1].said
    assert in_question == (tried[-1] != "json_schema")


def test_words_go_to_nobody_but_that_server() -> None:
    with serving(WELL) as other, asking(elsewhere(other.port)) as (model, _):
        assert failure(model).code == "refused"
    assert other.asked == []


def test_a_client_that_reads_the_environment_is_not_taken() -> None:
    with httpx.Client() as client, pytest.raises(ValueError, match="environment"):
        AtAddress("http://127.0.0.1:1", model=None, key=None, client=client)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (status(401), "refused"),
        (status(418), "refused"),
        (status(503), "refused"),
        (text(""), "nonsense"),
        (flooding, "nonsense"),
        (lambda handler, _: handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]"), "nonsense"),
        (text("{}", finish="length"), "context"),
        (status(400, "This model's maximum context length is 4096 tokens."), "context"),
    ],
)
def test_each_way_to_fail_has_its_code(script: Any, code: str) -> None:
    with asking(script) as (model, _):
        assert failure(model).code == code


def test_nobody_there_is_unreachable() -> None:
    with httpx.Client(trust_env=False) as client:
        nobody = AtAddress("http://127.0.0.1:9", model="m", key=None, client=client, context=1, pause=lambda _: None)
        assert failure(nobody).code == "unreachable"


def test_neither_silence_nor_a_drip_is_waited_out() -> None:
    with asking(dripping, patience=0.3) as (model, _):
        assert failure(model).code == "slow"


def test_a_server_that_is_still_loading_is_asked_again() -> None:
    with asking(one_after_another(status(503, "Loading model"), WELL)) as (model, _):
        assert ask(model) == '{"themes": []}'


def test_a_refusal_that_names_the_context_sets_it() -> None:
    words = "Requested tokens (9000) exceed context window of 4096"
    with asking(status(400, words)) as (model, _):
        assert failure(model).context == 4096
        assert model.context == 4096


def test_what_a_server_dropped_of_the_question_is_noticed() -> None:
    long = [Message("user", "word " * 10_000)]
    with asking(text("{}", read=2_050)) as (model, _), pytest.raises(ModelFailed) as failed:
        model.ask(long, SCHEMA, 1_000)
    assert (failed.value.code, failed.value.context) == ("context", 3_050)
    with asking(text("{}", read=12_000)) as (model, _):
        assert model.ask(long, SCHEMA, 1_000) == "{}"  # control: it has read it all


@pytest.mark.parametrize("field", ["max_model_len", "context_length", "loaded_context_length", "meta"])
def test_name_and_context_are_asked_for_once_where_nobody_gave_them(field: str) -> None:
    about = {"id": "their-model", field: {"n_ctx": 5_000} if field == "meta" else 5_000}

    def script(handler: Any, asked: Any) -> None:
        if asked.path.endswith("/models"):
            body = json.dumps({"data": [about]}).encode()
            handler.send_response(200)
            handler.send_header("content-length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        else:
            chat(handler, "{}")

    with asking(script, model=None, context=None) as (model, server):
        assert (model.name, model.context) == ("their-model", 5_000)
        ask(model)
    assert [asked.path for asked in server.asked] == ["/v1/models", "/v1/chat/completions"]


def test_neither_words_nor_keys_show_in_what_is_printed() -> None:
    with asking(WELL, key="a secret key") as (model, _):
        shown = f"{model!r} {SAID[1]!r}"
    assert "secret" not in shown
    assert "What was said" not in shown
