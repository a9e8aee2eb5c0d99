# Seeing what happens: the trace of a ticket's messages, and events that could not be handled.

## Traces

desk-command-trace = Trace a ticket's messages: /trace 7K3M9QXA
trace-which = Trace which ticket? For example: /trace 7K3M9QXA
trace-head = <b>Trace of { $number }</b> · { $status }
trace-nothing = Nothing has been written about this ticket yet.
trace-cut = <i>Only the newest { $count } messages fit here. An admin can see them all on the server: sapa trace { $number }</i>
trace-message = <b>{ $who }</b> · { $what } · { $when }
trace-message-to = <b>{ $who }</b> → { $to } · { $what } · { $when }
trace-text = text
trace-written = written { $time }
trace-stored = stored { $time }
trace-handled = handled { $time }
trace-queued = queued { $time }
trace-sent = sent { $time }
trace-delivered = delivered { $time }
trace-read = read { $time }
trace-on-card = It is on the ticket's card.
trace-nobody = Not handed to anybody yet.
trace-waiting = Waiting for its turn to be sent.
trace-again = ⏳ Tried again { $when }: { $reason }
trace-parked = ⏳ Waiting for the customer to write again: the WhatsApp window is closed.
trace-claimed = Being sent.
trace-uncertain = ❓ Not certain that it went out: there was no answer.
trace-failed = ⚠️ Failed { $when }: { $reason }
trace-cancelled = Not sent after all.
trace-twice = ⚠️ May be a duplicate.
trace-code = refused (code { $code }).

## Events that could not be handled

desk-command-dead = Events that could not be handled
dead-none = All is well: no event lies dead.
dead-head = <b>Dead events: { $count }</b>
dead-line = <b>#{ $seq }</b> · { $channel } · { $when } · tried { $tries ->
    [one] once
   *[other] { $tries } times
}
dead-error = <code>{ $error }</code>
dead-waiting = Outgoing messages: { $parked } waiting for customers to write again, { $uncertain } uncertain, { $failed } failed in the last 24 hours.
dead-button-retry = Retry #{ $seq }
dead-button-all = Retry all
dead-button-older = Older ones…
dead-toast-retried = #{ $seq } is handled again. If it fails once more, it comes back here.
dead-toast-gone = #{ $seq } is not here any more: it has been retried or is settled.
dead-toast-all = { $count ->
    [0] There is nothing left to retry.
    [one] 1 event is handled again.
   *[other] { $count } events are handled again.
} { $left ->
    [0] {""}
   *[other] { $left } are left: press once more.
}
