"""The mail queue and the mail service, and what their answers mean."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.mails import Mail, MailKind, MailMessage, MailRefused, MailUnreadable
from chalicelib.gateways.mail import SesMailer, SqsMailQueue, pack, unpack
from tests.support.world import ENVIRONMENT, environment

MAIL = Mail("0123abcd", "mira@example.org", "Gebucht: Über uns", "Grüße", "<p>Grüße</p>")


@pytest.fixture(autouse=True)
def region() -> Iterator[None]:
    with environment(ENVIRONMENT):
        yield


@contextmanager
def ses(mailer: SesMailer) -> Iterator[Stubber]:
    with Stubber(mailer._client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def mailer() -> SesMailer:
    return SesMailer("tickets@matinee.example")


class TestQueueMessages:
    def test_unpacking_gives_what_was_packed(self) -> None:
        message = MailMessage(MailKind.RESET_PASSWORD, "1", "mira@example.org", "hi", {"token": "é\n"})

        assert unpack(pack(message)) == message

    @pytest.mark.parametrize(
        "body",
        ["", "[]", "{}", "null", '{"kind":"spam"}', pack(MailMessage(MailKind.ADDRESS_KNOWN, "1", "a"))[:-2]],
    )
    def test_what_was_not_packed_is_unreadable(self, body: str) -> None:
        with pytest.raises(MailUnreadable):
            unpack(body)

    def test_queue_that_refuses_is_unavailable(self) -> None:
        queue = SqsMailQueue("https://sqs.example/1/mail")
        with Stubber(queue._client) as stubber:
            stubber.add_client_error("send_message", "InternalError", http_status_code=500)

            with pytest.raises(Unavailable):
                queue.put(MailMessage(MailKind.ADDRESS_KNOWN, "1", "mira@example.org"))


class TestSend:
    def test_mail_is_one_message_in_two_forms_under_its_own_id(self, mailer: SesMailer) -> None:
        sent: dict[str, Any] = {}
        mailer._client.meta.events.register(
            "provide-client-params.ses.SendRawEmail", lambda params, **_: sent.update(params)
        )
        with ses(mailer) as stubber:
            stubber.add_response("send_raw_email", {"MessageId": "ses-1"})

            assert mailer.send(MAIL) == "ses-1"

        message = email.message_from_bytes(sent["RawMessage"]["Data"], policy=default)
        assert sent["Destinations"] == ["mira@example.org"]
        assert message["Subject"] == "Gebucht: Über uns"
        assert message["Message-ID"] == "<0123abcd@matinee.example>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]

    @pytest.mark.parametrize("code", ["MessageRejected", "InvalidParameterValue"])
    def test_refusal_of_this_mail_is_for_good(self, mailer: SesMailer, code: str) -> None:
        with ses(mailer) as stubber:
            stubber.add_client_error("send_raw_email", code, http_status_code=400)

            with pytest.raises(MailRefused) as refused:
                mailer.send(MAIL)

        assert refused.value.reason == code

    @pytest.mark.parametrize(
        "code",
        ["Throttling", "MailFromDomainNotVerifiedException", "AccountSendingPausedException", "AccessDenied"],
    )
    def test_refusal_of_us_is_waited_for(self, mailer: SesMailer, code: str) -> None:
        with ses(mailer) as stubber:
            stubber.add_client_error("send_raw_email", code, http_status_code=400)

            with pytest.raises(Unavailable):
                mailer.send(MAIL)

    def test_lost_answer_is_not_repeated_by_the_sdk(self, mailer: SesMailer) -> None:
        tried: list[object] = []

        def lose(request: object, **_: object) -> None:
            tried.append(request)
            raise ReadTimeoutError(endpoint_url="ses")

        mailer._client.meta.events.register("before-send.ses.SendRawEmail", lose)

        with pytest.raises(Unavailable):
            mailer.send(MAIL)

        assert len(tried) == 1

    def test_domain_in_another_script_is_written_in_ascii(self, mailer: SesMailer) -> None:
        with ses(mailer) as stubber:
            stubber.add_response(
                "send_raw_email",
                {"MessageId": "ses-1"},
                {
                    "Source": "tickets@matinee.example",
                    "Destinations": ["mira@xn--bcher-kva.example"],
                    "RawMessage": ANY,
                },
            )

            mailer.send(Mail(MAIL.mail_id, "mira@bücher.example", "s", "t", "h"))

    @pytest.mark.parametrize(
        "address", ["mira", "müller@example.org", "a@b\r\nBcc: c@d.example", "@example.org"]
    )
    def test_address_that_no_mail_can_bear_is_refused_for_good(self, mailer: SesMailer, address: str) -> None:
        with pytest.raises(MailRefused):
            mailer.send(Mail(MAIL.mail_id, address, "s", "t", "h"))
