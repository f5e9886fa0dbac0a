"""Delivering a mail of the queue, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.mails import (
    CLAIM_TIME,
    Mail,
    MailClaimed,
    MailKind,
    MailMessage,
    MailRefused,
    MailState,
    MailSuperseded,
)
from chalicelib.services.mails import Mails
from chalicelib.stores import keys, mails
from chalicelib.stores.mails import MailModel
from tests.support.mails import ADDRESS
from tests.support.world import World, a_world

MESSAGE = MailMessage(MailKind.BOOKING_CONFIRMED, "K7M2QX-4FZ81QW", ADDRESS)


class Killed(BaseException):
    """Lambda kills the run here: nothing catches it, as nothing would run."""


class Composer:
    def __init__(self) -> None:
        self.fault: BaseException | None = None

    def compose(self, message: MailMessage) -> Mail:
        if self.fault:
            raise self.fault
        return Mail(message.mail_id, message.recipient, "subject", "text", "html")


class Mailer:
    """A mail service that counts what it was given, and then does what it is told."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.fault: BaseException | None = None
        self.after: BaseException | None = None

    def send(self, mail: Mail) -> str:
        if self.fault:
            raise self.fault
        self.sent.append(mail)
        if self.after:
            raise self.after
        return f"ses-{len(self.sent)}"


class Ledger:
    """The real one, with a fault before or after one of its calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before: dict[str, BaseException] = {}
        self.after: dict[str, BaseException] = {}
        for name in ("claim", "sent"):
            monkeypatch.setattr(mails, name, partial(self._faulty, name, getattr(mails, name)))

    def _faulty(self, name: str, call: Callable[..., object], *args: object) -> object:
        if name in self.before:
            raise self.before.pop(name)
        result = call(*args)
        if name in self.after:
            raise self.after.pop(name)
        return result


class Bench:
    """Mails with all around it that can break."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world = world
        self.ledger, self.composer, self.mailer = ledger, Composer(), Mailer()
        self.mails = Mails(
            self.composer,  # type: ignore[arg-type]
            self.mailer,
            world.clock,
            world.wiring.ids,
        )

    def deliver(self) -> None:
        self.mails.deliver(MESSAGE)

    def later(self) -> None:
        """When the queue brings the message back, the claim of the run that died has lapsed."""
        self.world.clock.advance(seconds=CLAIM_TIME.total_seconds())

    def state(self) -> MailState:
        return MailState(MailModel.get(*keys.mail(*MESSAGE.identity)).state)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with a_world() as world:
        yield Bench(world, Ledger(monkeypatch))


class TestDeliver:
    def test_copy_of_a_message_sends_nothing_more(self, bench: Bench) -> None:
        bench.deliver()

        bench.deliver()

        assert len(bench.mailer.sent) == 1
        assert bench.state() is MailState.SENT

    def test_copy_in_another_run_waits_while_the_first_is_at_it(self, bench: Bench) -> None:
        bench.mailer.fault = Killed()
        with pytest.raises(Killed):
            bench.deliver()

        with pytest.raises(MailClaimed):
            bench.deliver()

        assert bench.mailer.sent == []

    def test_mail_that_is_no_longer_true_is_dropped_for_good(self, bench: Bench) -> None:
        bench.composer.fault = MailSuperseded("the booking is cancelled by now")

        bench.deliver()
        bench.composer.fault = None
        bench.deliver()

        assert bench.mailer.sent == []
        assert bench.state() is MailState.DROPPED

    def test_mail_refused_for_good_is_recorded_and_not_tried_again(self, bench: Bench) -> None:
        bench.mailer.fault = MailRefused("MessageRejected")

        bench.deliver()
        bench.mailer.fault = None
        bench.deliver()

        assert bench.mailer.sent == []
        assert bench.state() is MailState.REFUSED
        assert [each.reason for each in mails.all_refused()] == ["MessageRejected"]


class TestCrash:
    def test_before_the_claim_nothing_is_lost_and_one_mail_goes_out(self, bench: Bench) -> None:
        bench.ledger.before["claim"] = Killed()
        with pytest.raises(Killed):
            bench.deliver()

        bench.deliver()

        assert len(bench.mailer.sent) == 1

    @pytest.mark.parametrize("where", ["after the claim", "while composing", "before SES has it"])
    def test_between_claim_and_send_delays_the_mail_until_the_claim_lapses(
        self, bench: Bench, where: str
    ) -> None:
        match where:
            case "after the claim":
                bench.ledger.after["claim"] = Killed()
            case "while composing":
                bench.composer.fault = Killed()
            case _:
                bench.mailer.fault = Killed()
        with pytest.raises(Killed):
            bench.deliver()
        bench.composer.fault = bench.mailer.fault = None

        with pytest.raises(MailClaimed):
            bench.deliver()
        bench.later()
        bench.deliver()

        assert len(bench.mailer.sent) == 1
        assert bench.state() is MailState.SENT

    @pytest.mark.parametrize("fault", [Killed(), Unavailable("Mail")], ids=["killed", "reply lost"])
    def test_between_send_and_answer_sends_twice_at_most_with_one_message_id(
        self, bench: Bench, fault: BaseException
    ) -> None:
        bench.mailer.after = fault
        with pytest.raises(type(fault)):
            bench.deliver()
        bench.mailer.after = None

        bench.later()
        bench.deliver()
        bench.deliver()

        first, second = bench.mailer.sent
        assert first.mail_id == second.mail_id
        assert bench.state() is MailState.SENT

    def test_before_the_ledger_knows_sends_twice_at_most(self, bench: Bench) -> None:
        bench.ledger.before["sent"] = Killed()
        with pytest.raises(Killed):
            bench.deliver()

        bench.later()
        bench.deliver()
        bench.deliver()

        assert len(bench.mailer.sent) == 2

    def test_after_the_ledger_knows_sends_nothing_more(self, bench: Bench) -> None:
        bench.ledger.after["sent"] = Killed()
        with pytest.raises(Killed):
            bench.deliver()

        bench.later()
        bench.deliver()

        assert len(bench.mailer.sent) == 1

    def test_ledger_out_of_reach_after_sending_does_not_bring_the_message_back(self, bench: Bench) -> None:
        bench.ledger.before["sent"] = Unavailable("The database")

        bench.deliver()

        assert len(bench.mailer.sent) == 1

    def test_mail_service_out_of_reach_brings_the_message_back(self, bench: Bench) -> None:
        bench.mailer.fault = Unavailable("Mail")
        with pytest.raises(Unavailable):
            bench.deliver()
        bench.mailer.fault = None

        bench.later()
        bench.deliver()

        assert len(bench.mailer.sent) == 1
