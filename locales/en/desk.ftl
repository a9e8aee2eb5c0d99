# The staff's side (Telegram): cards, buttons, commands, and what becomes of their messages.

## Cards

desk-card-head = <b>{ $number }</b> · { $type } · <b>{ $priority }</b>
desk-card-person = <b>{ $name }</b> · { $phone }
desk-card-person-only = <b>{ $name }</b>
desk-card-words = "{ $words }"
desk-card-due = Due { $when } ({ $left } left)
desk-card-late = ⏰ Was due { $when }, { $late } ago
desk-card-status = Status: { $status }
desk-card-with = Handled by { $agent }
desk-card-status-with = { $status } · handled by { $agent }
desk-card-escalation = 🔺 Escalated by { $who } ({ $when }): "{ $reason }"
desk-card-page = Page: { $link }
desk-card-ended = { $status } after { $after }
desk-card-talk = Wants to talk to a person
desk-card-became-ticket = The conversation with <b>{ $name }</b> has become a ticket.
desk-card-talk-ended = The conversation with <b>{ $name }</b> is over.
desk-card-others = <b>{ $name }</b> is now handled by { $agent }.
desk-card-nobodys = You are no longer handling <b>{ $name }</b>.
desk-window-closes = WhatsApp window: closes in { $left } ({ $when })
desk-window-closed = WhatsApp window: closed
desk-window-never = WhatsApp window: not open yet

desk-files-image = { $count ->
    [one] 1 photo
   *[other] { $count } photos
}
desk-files-video = { $count ->
    [one] 1 video
   *[other] { $count } videos
}
desk-files-audio = { $count ->
    [one] 1 audio file
   *[other] { $count } audio files
}
desk-files-voice = { $count ->
    [one] 1 voice note
   *[other] { $count } voice notes
}
desk-files-document = { $count ->
    [one] 1 document
   *[other] { $count } documents
}
desk-files-sticker = { $count ->
    [one] 1 sticker
   *[other] { $count } stickers
}
desk-files-location = { $count ->
    [one] 1 location
   *[other] { $count } locations
}
desk-files-contacts = { $count ->
    [one] 1 contact
   *[other] { $count } contacts
}

## Buttons (24 at most)

desk-button-reply = Reply
desk-button-work = Start work
desk-button-hold = Put on hold
desk-button-hold-plain = No reason
desk-button-done = Resolve
desk-button-move = Transfer
desk-button-more = More…
desk-button-history = History
desk-button-take = Take it
desk-button-take-over = Take over
desk-button-escalate = Escalate
desk-button-reopen = Reopen
desk-button-make = Make it a ticket
desk-button-end = End conversation
desk-button-close-standard = Send standard text
desk-button-close-own = Write my own
desk-button-close-silent = No message
desk-button-claim = Take over and send
desk-button-drop = Do not send
desk-button-never = Cancel
desk-button-template = Template: ticket news
desk-button-leave = Leave it
desk-button-correct = Send a correction
desk-button-keep = Keep them
desk-button-hand-over = Hand over
desk-button-online = Go on duty
desk-button-next = Take the next one

## Short answers to presses

desk-toast-stale = That choice is no longer valid.
desk-toast-not-permitted = You are not allowed to do that.
desk-toast-others = { $agent } is handling this now.
desk-toast-status = This ticket: { $status }.
desk-toast-waiting = This conversation is waiting in the queue.
desk-toast-over = This conversation is over.
desk-toast-already-yours = You are handling this already.
desk-toast-taken = You are handling { $name } now.
desk-toast-became-ticket = It has become ticket { $number }.
desk-toast-focus = Just write to { $name }.
desk-toast-working = Good luck. The customer has been told.
desk-toast-working-untold = Good luck. The customer could not be told: their WhatsApp window is closed.
desk-toast-reopened = Reopened, and yours.
desk-toast-reopen-too-late = This ticket can no longer be reopened.
desk-toast-told-already = The customer has been told already.
desk-toast-ended = The conversation with { $name } is over.
desk-toast-template-already = { $name } was sent the template a moment ago.

## The first time

desk-welcome = Welcome, <b>{ $name }</b>. This Telegram account is now linked as { $role }.
desk-welcome-online = You are off duty for now. Press the button below or send /online when you are ready, and the next customer comes straight here. /help tells the rest.
desk-welcome-viewer = /help shows what you can look at.
desk-welcome-pages = For the staff pages your user name is <b>{ $name }</b>; /login gives the link.
desk-welcome-back = Hello again, <b>{ $name }</b>. Your status: { $availability }.
desk-invite-unknown = This invitation is not known. Check the link, or ask an admin for a new one.
desk-invite-used = This invitation has been used. If that was not you, ask an admin for a new one.
desk-invite-expired = This invitation is more than 24 hours old. Ask an admin for a new one.
desk-invite-taken = This Telegram account is linked to another member of staff already.
desk-stranger = Hello, this is where the staff of { $desk } work. If you are one of them, ask an admin for an invitation link.
desk-sorry = Sorry, something went wrong on our side, and that message was not sent to anybody. Please send it again; if this keeps happening, tell an admin.
desk-sorry-press = Sorry, something went wrong on our side, and that button did nothing. Please press it again; if this keeps happening, tell an admin.
desk-lost = I have lost track of where we were. Sorry, please start that again.

## Commands

desk-command-online = Go on duty
desk-command-away = Take a break: no new customers
desk-command-offline = Go off duty
desk-command-tickets = Your tickets and conversations
desk-command-ticket = Open one ticket: /ticket 7K3M9QXA
desk-command-next = Take whoever has waited longest
desk-command-find = Search your work: /find modem
desk-command-language = Change the language
desk-command-cancel = Cancel what was asked
desk-command-help = Help
desk-command-start = Begin
desk-unknown = I do not know that command. /help shows them all. Nothing that starts with "/" is ever sent to a customer.
desk-unknown-near = I do not know that command. Did you mean { $near }?
desk-not-permitted = That command is not for the role { $role }. /help shows what you can use.
desk-help-intro = <b>How it works</b>
    Reply to a customer's message or card, and your answer goes straight to them. The Reply button on a card sends what you write to that customer for 10 minutes. Reactions on your messages: 🕊 sent, 👌 delivered, 👀 read.
desk-help-intro-viewer = <b>You can look around</b>
    You can read tickets, but not answer customers.
desk-help-line = { $command } – { $what }
desk-language-ask = Which language would you like?
desk-language-set = All right, { $language } from now on.
desk-cancelled = All right, never mind.
desk-cancelled-kept = All right, the message I kept is not sent to anybody.
desk-cancelled-focus = All right, what you write next is not sent to anybody in particular.
desk-cancelled-nothing = There is nothing to cancel.
desk-viewer = You can read tickets, but not answer customers. /help shows what you can use.
desk-reachable-again = Good to have you back. You are off duty; send /online when you are ready.

## Coming, pausing, going

desk-online = You are on duty. The next customer comes straight here.
desk-online-already = { $has ->
    [0] You are on duty already. Nobody has come in yet.
    [one] You are on duty already, with 1 conversation.
   *[other] You are on duty already, with { $has } conversations.
}
desk-online-has = You are on duty again and still have { $has ->
    [one] 1 conversation
   *[other] { $has } conversations
}; see /tickets.
desk-online-work = You are on duty. { $new ->
    [one] 1 waiting customer
   *[other] { $new } waiting customers
} came straight to you.
desk-away = { $has ->
    [0] You are on a break; no new customers come in.
    [one] You are on a break; no new customers come in. 1 conversation stays with you.
   *[other] You are on a break; no new customers come in. { $has } conversations stay with you.
}
desk-offline = You are off duty. See you.
desk-offline-ask = You are off duty; no new customers come in. You still have { $has ->
    [one] 1 conversation
   *[other] { $has } conversations
}. Keep, or hand over to colleagues?
desk-offline-kept = All right, you keep { $has ->
    [one] 1 conversation
   *[other] { $has } conversations
}. What those customers write still comes here.
desk-hand-over-online = You are on duty again, so everything stays with you. Send /offline when you go.
desk-handed-over = All right, { $count ->
    [one] 1 conversation was
   *[other] { $count } conversations were
} handed over.
desk-handed-over-to = Now handled by { $agents }.
desk-handed-over-waiting = { $count ->
    [one] 1 conversation is
   *[other] { $count } conversations are
} waiting in the queue until somebody is free.

## Lists

desk-tickets = <b>Your work: { $count }</b>
desk-tickets-line = <b>{ $number }</b> · { $name }
    { $title } · { $status } · due { $due }
desk-tickets-new = <b>{ $number }</b> · { $name }
    { $title } · new · due { $due }
desk-tickets-talk = <b>{ $name }</b> · conversation without a ticket
desk-tickets-more = … and { $count } more. Find them with /find.
desk-tickets-none = You have no work right now.
desk-tickets-none-away = You have no work, and you are not on duty.
desk-find = <b>Matches "{ $words }"</b>
desk-find-none = Nothing of yours matches "{ $words }".
desk-find-what = Look for what? For example: /find modem
desk-next-none = Nobody is waiting. Good.
desk-ticket-which = Which ticket? For example: /ticket 7K3M9QXA
desk-ticket-unreadable = "{ $typed }" is not a ticket number. They look like TKT-7K3M9QXA.
desk-ticket-unknown = There is no ticket { $number }. Check the letters and digits.
desk-ticket-others = { $agent } is handling that ticket.
desk-ticket-not-yours = That ticket is not yours.
desk-ticket-waiting = That ticket is still waiting for an agent.

## At work

desk-focus = Just write. For 10 minutes your messages go to <b>{ $name }</b>, unless another customer writes.
desk-hold-ask = Why put it on hold? Write the reason; { $name } will read it too.
desk-hold-words = Please write the reason in words, or choose "No reason".
desk-hold-not-yours = You are no longer handling that ticket, so it was not put on hold.
desk-hold-stale = It cannot be put on hold any more. This ticket: { $status }.
desk-held = On hold, and { $name } has been told. Press Start work when you can go on.
desk-held-untold = On hold. { $name } could not be told: their WhatsApp window is closed.
desk-resolved = Resolved after { $after }. A closing message for <b>{ $name }</b>? If you choose nothing, the standard text goes out in 10 minutes.
desk-close-write = Write the closing message for <b>{ $name }</b>.
desk-close-stale = That closing message is no longer needed, so it was not sent.
desk-closed-standard = Done. { $name } gets the standard message.
desk-closed-untold = Done. { $name } could not be told: their WhatsApp window is closed.
desk-closed-own = Done. Your closing message is on its way to { $name }.
desk-closed-silent = Done, without a closing message.
desk-escalate-ask = Why does <b>{ $number }</b> need an admin? Write the reason, { $most } characters at most. { $name } does not read it.
desk-escalate-words = Please write the reason in words, so that an admin can help. Or write "cancel".
desk-escalate-long = The reason has { $count } characters; { $most } at most. Please write it again, shorter.
desk-escalate-not-yours = You are no longer handling that ticket, so it was not escalated.
desk-escalate-stale = It was not escalated. This ticket: { $status }.
desk-escalated = <b>{ $number }</b> was passed on to { $admins }. Until somebody takes over, { $name } stays with you. I will let you know.
desk-escalated-nobody = <b>{ $number }</b> is marked as escalated, but there is no other admin in Telegram whom I could tell. Please call them yourself; { $name } stays with you.
desk-escalation-yours = You took over <b>{ $number }</b> ({ $name }). Its card is below.
desk-escalation-taken = Your escalation, <b>{ $number }</b> ({ $name }), is now handled by { $agent }.
desk-escalation-ended = Your escalation, <b>{ $number }</b> ({ $name }), is now: { $status }, by { $agent }.
desk-escalation-over = Your escalation, <b>{ $number }</b> ({ $name }), is now: { $status }.
desk-make-type = A ticket for <b>{ $name }</b>. Of which type?
desk-make-priority = <b>{ $type }</b>. How urgent?
desk-made = Ticket <b>{ $number }</b> is open, and yours. Due { $due }.
desk-move-ask = Who should take <b>{ $name }</b>?
desk-move-online = { $name } · { $has }
desk-move-away = { $name } · on a break
desk-move-nobody = No colleague is on duty right now to take { $name }.
desk-move-gone = That colleague has just gone off duty. Press Transfer to choose someone else.
desk-move-over = { $name } can no longer be transferred: the ticket is already done.
desk-moved = <b>{ $name }</b> was transferred to { $agent }.
desk-taken-from-you = { $agent } took <b>{ $name }</b> over from you.
desk-dropped = All right, never mind.
desk-dropped-kept = All right, it was not sent.
desk-left = All right.

## History

desk-history-ticket = <b>History: { $title }</b>
desk-history-talk = <b>History with { $name }</b>
desk-history-when = { $when } ·{" "}
desk-history-message = <b>{ $who }</b>: { $words }
desk-history-opened = <i>opened by { $who }</i>
desk-history-reopened = <i>reopened by { $who }</i>
desk-history-assigned = <i>assigned to { $agent }</i>
desk-history-status = <i>{ $status }, by { $who }</i>
desk-history-priority = <i>priority changed to { $priority }, by { $who }</i>
desk-history-note = <i>note by { $who }</i>
desk-history-noted = : { $note }
desk-history-system = the system
desk-history-revoked = (taken back)
desk-kind-image = photo
desk-kind-video = video
desk-kind-audio = audio
desk-kind-voice = voice note
desk-kind-document = document
desk-kind-sticker = sticker
desk-kind-location = location
desk-kind-contacts = contact
desk-kind-order = order
desk-kind-unsupported = unreadable

## Answers to customers

desk-whom = Who is "{ $words }" for?
desk-whom-several = { $count ->
    [1] Who is this for?
   *[other] Who are these { $count } messages for?
}
desk-whom-more = { $count } messages are kept. Take over and send them all?
desk-whom-none = You are not handling any customer right now, so that was not sent to anybody.
desk-whom-stale = That message is not kept any more. Reply to the customer's own message instead.
desk-sent-to = On its way to <b>{ $name }</b>. For 10 minutes what you write next goes to { $name } too.
desk-others = This conversation is now handled by { $agent }. Your message was not sent to { $name }.
desk-take-over-others = <b>{ $name }</b> is now handled by { $agent }. Take over and send?
desk-take-over-waiting = <b>{ $name }</b> is waiting in the queue. Take them and send?
desk-take-over-bot = The conversation with <b>{ $name }</b> is over. Reopen it and send?
desk-customer-gone = That customer is no longer on record, so your message was not sent.
desk-parked = The WhatsApp window of <b>{ $name }</b> closed { $since }. Your message is kept and goes out as soon as { $name } answers.
desk-parked-never = <b>{ $name }</b> has never written here, so WhatsApp does not allow free messages yet. Yours is kept and goes out as soon as { $name } writes.
desk-parked-template = Send a template that asks for an answer?
desk-template-sent = The template is on its way to { $name }. Your message follows as soon as { $name } answers.
desk-window-open-again = The window of { $name } is open again, so no template is needed. Your message is on its way.
desk-not-sent = That was not sent: { $name } cannot be reached.
desk-unsupported = That kind of message cannot be passed on to WhatsApp. Text, photos, videos, documents, voice and locations can.
desk-caption-command = A caption that starts with "/" is never sent to a customer, so this file was not sent. Send it again without the "/".
desk-file-too-large = That file is too large. { $most } MB at most.
desk-edit-late = <b>{ $name }</b> still sees the old words; WhatsApp cannot change them. Send the new ones as a correction?
desk-edit-in-time = That message had not gone out yet, so { $name } gets the new words right away.
desk-edit-not-sent = That message did not reach { $name } anyway. Send it again as a new one.
desk-edit-kept = All right, the new words are what will be sent.
desk-reply-forgotten = I no longer know the message that you answered: it may be too old, or about no customer. So I ask first.
desk-edit-unknown = The message that you changed was never sent to a customer.
desk-correction-sent = The correction is on its way to { $name }.

# Read by customers.
desk-customer-correction = Correction: { $text }
desk-customer-talk-ended = The conversation with { $agent } has ended. If you need more help, just write here.

## What became of an agent's message

delivery-failed = ⚠️ Your message did not reach <b>{ $name }</b>: { $reason }
delivery-uncertain = ⚠️ It is not certain whether your message reached <b>{ $name }</b>: WhatsApp did not answer. Ask them, or send it again.
delivery-notice-failed = ⚠️ <b>{ $name }</b> did not get an automatic update: { $reason }
delivery-again = Your message may reach <b>{ $name }</b> twice: WhatsApp did not answer, so it is being sent once more.
delivery-parked = The WhatsApp window of <b>{ $name }</b> has just closed. Your message is kept and goes out as soon as { $name } answers.
delivery-reason-131026 = that number cannot receive WhatsApp messages, or its app version is too old.
delivery-reason-131047 = WhatsApp's 24-hour window is closed.
delivery-reason-131049 = WhatsApp held it back so that the customer does not get too many messages. Try again tomorrow.
delivery-reason-131050 = the customer does not want promotional messages.
delivery-reason-131051 = WhatsApp does not take this kind of message.
delivery-reason-131053 = WhatsApp cannot handle this file. Try another format, such as JPG, MP4 or PDF.
delivery-reason-130472 = WhatsApp held it back because this number is part of an experiment of Meta's.
delivery-reason-130403 = we have blocked this number.
delivery-reason-131000 = something went wrong at WhatsApp. Try sending it again.
delivery-reason-media = the file could not be fetched, or WhatsApp did not take it.
delivery-reason-partial = only the beginning went out; WhatsApp refused the rest. Send the rest again.
delivery-reason-other = WhatsApp refused it (code { $code }).
delivery-reason-unknown = WhatsApp refused it without a reason.

# An answer that waited more than a day for the customer to write again.
desk-late = <b>{ $name }</b> is writing again. Your message from { $since } has not gone out; does it still hold?
desk-late-words = “{ $words }”
desk-late-goes = It goes out now.
desk-late-kept-back = It is not sent.
desk-late-decided = That was settled already.
desk-button-late = Send

desk-command-login = Log in to the web pages
desk-command-superadmin = The super-admin door
desk-login-too-soon = A code was sent a moment ago. Try again in { $wait }.
desk-door-link =
    The super-admin door: { $link }

    This link is for you alone; it works once, within 10 minutes. After that the door stays open for 30 minutes.

desk-command-staff = Who is on the staff and who is on duty
desk-command-audit = Who changed what of late
desk-staff-head = Staff: { $count }, { $online } on duty
desk-staff-line = <b>{ $name }</b> · { $role } · { $availability } · { $load }
desk-staff-invited = <b>{ $name }</b> · { $role } · invitation not opened yet
desk-staff-more = … and { $count } more on the Staff page.
desk-audit-head = What was written down last. All of it is on the Audit page.
desk-audit-line = { $when } · <b>{ $who }</b>: { $what }
