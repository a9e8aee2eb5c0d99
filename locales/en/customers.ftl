# Conversations with customers. Buttons hold 20 characters, rows 24, rows' hints 72.

## Hello and the menu
welcome-hello = Hello { $name }, I am { $desk }'s assistant.
welcome-hello-nameless = Hello, I am { $desk }'s assistant.
welcome-hello-again = Hello { $name }.
welcome-ask = What can I do for you?
welcome-offer = Shall I open a ticket for this?
welcome-offer-file = Shall I open a ticket?
welcome-quote = "{ $text }"
welcome-noted-more = Right, I have added that.
welcome-got-photo = I have your photo.
welcome-got-video = I have your video.
welcome-got-document = I have your file.
welcome-got-voice = I have your voice message. I cannot listen to it, but our agents can.
welcome-got-location = I have your location.
welcome-got-contacts = I have the contact.
welcome-thanks = You are welcome. Just write here if there is anything else.
welcome-noted = All right. Just write here when you need us.
welcome-nothing-to-cancel = There is nothing to cancel. Just write when you need us.
welcome-stopped = All right, never mind.
list-menu = See the menu
row-resume-ticket = Go on with my ticket
row-open-ticket = Open a ticket
row-my-tickets = My tickets
row-person = Talk to a person
row-language = Language / Bahasa
hint-open-ticket = Report a problem or ask for something
hint-my-tickets = See how they stand, add a message, close or reopen one
hint-person = Straight to a person, without a ticket
hint-language = Change the language of this chat
button-make-ticket = Open a ticket
button-person = Talk to a person
button-menu = Menu

## Opening a ticket
draft-ask-type = What is the ticket about?
draft-sure-type = Do you mean <b>{ $type }</b>?
draft-ask-priority = How urgent is it?
draft-sure-priority = { $priority }, handled within { $time }?
draft-ask-words = Tell me briefly what happened. A photo is welcome too.
draft-ask-words-again = Write the new description; it replaces the old one.
draft-summary = <b>{ $type }, { $priority } priority</b>
draft-files = { $count ->
    [one] 1 attachment
   *[other] { $count } attachments
}
draft-summary-due = It will be done no later than { $when }. Send photos or more details here if you have any.
draft-send-now = Send the ticket now?
draft-change = What would you like to change?
draft-hint-type = Please choose one from this list. You can also type its name or its number in the list.
draft-hint-priority = Please choose one: low, normal or high.
draft-hint-words = A few words, please: what happened, and since when?
draft-hint-summary = The ticket is ready. Send it now?
draft-hint-choose = Please choose one.
draft-attached-photo = Photo attached.
draft-attached-video = Video attached.
draft-attached-document = File attached.
draft-attached-voice = Voice message attached.
draft-attached-location = Location attached.
draft-attached-contacts = Contact attached.
draft-voice-needs-words = Voice message attached. Please also write what it is about; one sentence is enough.
draft-words-added = I have added that.
draft-cancelled = All right, never mind. No ticket was opened.
draft-paused = I have kept your ticket for later.
draft-resume = We were in the middle of a ticket. Go on with it?
draft-resume-kept = We were in the middle of a ticket. Go on with it? I have kept what you just wrote.
draft-opened = We have your ticket <b>{ $number }</b>. { $agent } will take care of it, no later than { $when }. You can write here any time.
draft-opened-waiting = We have your ticket <b>{ $number }</b>. Nobody is free to take it right now; as soon as somebody is, we will tell you here. You can still write any time.
draft-already-sent = We already have your ticket <b>{ $number }</b>, no need to send it again.
list-types = Choose a type
hint-suggested = suggested
row-more-types = More…
button-priority = { $priority } - { $time }
button-that-type = Yes, that one
button-another-type = No, choose again
button-sure-low = Yes, low
button-sure-normal = Yes, normal
button-sure-high = Yes, high
button-normal-then = Normal will do
button-choose-again = Choose again
button-send-ticket = Send ticket
button-change-ticket = Change
button-cancel-ticket = Cancel
button-change-type = Change type
button-change-priority = Change priority
button-change-words = Change description
button-continue = Go on
button-start-over = Start over

## My tickets
mine-none = You have no tickets yet.
mine-list = { $open ->
    [0] All your tickets are done ({ $done }).
   *[other] { $done ->
        [0] Your open tickets: { $open }.
       *[other] Your tickets: { $open } open, { $done } done.
    }
}
mine-between = {" · "}
mine-what-now = Ticket <b>{ $number }</b>: what would you like to do?
mine-write = Write your message for ticket <b>{ $number }</b>. Photos are fine too.
mine-added-for = Added to ticket <b>{ $number }</b>; { $agent } will read it. Send more if there is more.
mine-added = Added to ticket <b>{ $number }</b>. Send more if there is more.
mine-sure-add = Is that message for ticket <b>{ $number }</b>?
mine-sure-close = Close ticket <b>{ $number }</b>? You can reopen it within 7 days.
mine-closed = Ticket <b>{ $number }</b> is closed. Thank you for letting us know.
mine-reopened = Ticket <b>{ $number }</b> is open again. { $agent } will take care of it, no later than { $when }. You can write here any time.
mine-reopened-waiting = Ticket <b>{ $number }</b> is open again. Nobody is free to take it right now; as soon as somebody is, we will tell you here.
mine-refused = That is no longer possible: ticket <b>{ $number }</b> is now { $status }.
mine-detail = <b>{ $number }</b> · { $type }
mine-detail-status = Now: { $status }
mine-detail-status-with = Now: { $status } · handled by { $agent }
mine-detail-due = Done no later than { $when }
mine-detail-overdue = It was due { $when }; we are sorry for the delay.
mine-status-open = waiting for an agent
mine-status-assigned = assigned
mine-status-in-progress = in progress
mine-status-on-hold = on hold
mine-status-escalated = passed on to a supervisor
mine-status-resolved = resolved
mine-status-closed = closed
mine-status-cancelled = cancelled
mine-history-line = - { $when }: { $what }
mine-history-opened = ticket opened
mine-history-assigned = assigned to an agent
mine-history-assigned-to = assigned to { $name }
mine-history-started = work started
mine-history-held = put on hold
mine-history-escalated = passed on to a supervisor
mine-history-resolved = resolved
mine-history-closed = closed
mine-history-cancelled = cancelled
mine-history-reopened = reopened
mine-history-priority = priority changed to { $priority }
list-tickets = Choose a ticket
row-all-tickets = All tickets
row-open-tickets = Open ones only
row-done-tickets = Done ones only
row-more-tickets = More tickets…
row-menu = Menu
button-my-tickets = My tickets
button-show-ticket = See the ticket
button-add-message = Add a message
button-close-ticket = Close ticket
button-reopen-ticket = Reopen
button-close-sure = Yes, close it
button-close-not = Keep it open
button-add-to-ticket = Yes, add it
button-new-ticket = Open a new one

## Talking to a person
person-ready = { $agent } is here to help. Just write here.
person-ready-informed = { $agent } is here to help and has your message.
person-waiting = Nobody is free to answer right now. You are in the queue; as soon as somebody is free, they will write here. Tell us what it is about, so that they can help you right away.
person-waiting-informed = Nobody is free to answer right now. You are in the queue and your message is kept; as soon as somebody is free, they will write here.
person-kept = Your message is kept. Nobody is free yet; as soon as somebody is, they will read it.
person-kept-in-ticket = Your message is kept in ticket <b>{ $number }</b>. Nobody is free yet; as soon as somebody is, they will read it.
person-with = You are talking with { $agent }; just write here.
person-in-queue = You are still waiting for an agent; just write here.
person-leave = You are talking with { $agent }. Stay, or end it?
person-leave-queue = You are still waiting for an agent. Keep waiting, or end it?
person-stays = All right, go on writing to { $agent }.
person-waits = All right, you keep your place in the queue.
person-ended = All right, the conversation with { $agent } has ended.
person-ended-queue = All right, you have left the queue.
person-ended-ticket = All right. We keep working on ticket <b>{ $number }</b>.
button-stay-with = Stay with { $agent }
button-stay = Go on talking
button-wait = Keep waiting
button-end = End it

## My data
row-account = My data
hint-account = Change your WhatsApp number or e-mail address
button-account-number = Change number
button-account-email = Change e-mail
button-account-again = Send another code
account-number = Your number: <b>{ $number }</b>
account-email = Your e-mail: <b>{ $email }</b>
account-no-email = Your e-mail: none yet
account-what = What would you like to change?
account-ask-number = Write the new WhatsApp number, such as 0812-3456-7890.
account-ask-email = Write the new e-mail address, such as sari@contoh.id.
account-not-a-number = I cannot read that as a phone number. Please write it again, such as 0812-3456-7890.
account-not-an-email = I cannot read that as an e-mail address. Please write it again, such as sari@contoh.id.
account-same = That is what we have already, so there is nothing to change.
account-needs-person = Numbers cannot be changed here yet, but a person can help.
account-number-taken = Another customer uses that number. A person can help.
account-code-to-number = A code of six digits goes to WhatsApp <b>{ $number }</b>. Write it here; it is good for 10 minutes.
account-code-here = To be safe, we send a code of six digits to your WhatsApp. Write it here; it is good for 10 minutes.
account-code-hint = Please write the six digits from that message.
account-code-wrong = That code is not right, or not good any more.
account-too-soon = You can ask for another code in { $wait }.
account-email-changed = All right, your e-mail address is now <b>{ $email }</b>.

## Language
language-ask = Which language would you like?
language-set = All right, let us go on in { $language }.
list-languages = Choose a language

## When something does not fit
crooked-stale = That choice is no longer valid.
crooked-person = Sorry, I did not catch that. Would you like to talk to a person?
crooked-bot = Yes, I am { $desk }'s automatic assistant. To talk to a person, just write "agent".
crooked-sticker = I got your sticker, but I only understand words.
crooked-unreadable = Sorry, I cannot read that kind of message. Please try it in words.
crooked-lost = Sorry, I lost track of where we were. Let us start again from here.
crooked-sorry = Sorry, something went wrong on our side and your last message was not handled. Please send it once more, or choose below.
crooked-sorry-agent = Sorry, something went wrong on our side and your last message may not have reached { $agent }. Please send it once more.

## News for agents
agent-note-edited = <b>{ $name }</b> changed their message: { $text }
agent-note-revoked = <b>{ $name }</b> took their message back.
agent-note-reaction = <b>{ $name }</b> reacted { $emoji } to your message.
agent-note-reaction-gone = <b>{ $name }</b> took their reaction back.
agent-note-ended = <b>{ $name }</b> ended the conversation.
agent-note-closed = <b>{ $name }</b> closed ticket <b>{ $number }</b> themselves.
agent-note-new-number = <b>{ $name }</b> has a new number; the conversation goes on as before.
agent-note-recycled = The number of <b>{ $former }</b> now belongs to somebody else (<b>{ $name }</b>). The old history stays with { $former }, and the new person cannot see it.

## Words that people type, separated by commas
words-menu = menu, main menu, show menu, back to menu, start, help, options
words-menu-exactly = menu
words-cancel = cancel, cancel it, never mind, nevermind, forget it, abort, stop
words-person = person, agent, human, real person, operator, representative, somebody, someone, customer service, customer support, support agent, staff
words-bot = bot, robot, machine, bot or human, human or bot, real person or bot, automatic, ai, chatbot
words-open-ticket = open a ticket, open ticket, create a ticket, create ticket, new ticket, make a ticket, report a problem, report
words-my-tickets = my tickets, my ticket, show my tickets, ticket status, status of my ticket, see my tickets, check my ticket
words-account = my data, my account, my profile, profile, account, change number, change my number, new number, change phone number, change email, change my email, change e mail
words-language = language, change language, change the language, languages
words-speak-id = indonesian, switch to indonesian, in indonesian
words-speak-en = english, switch to english, in english, english please
words-greeting = hello, hi, hey, hi there, hello there, good morning, good afternoon, good evening, good day, good, morning, afternoon, evening, greetings, there, sir, madam, yo
words-thanks = thanks, thank you, thank you so much, thanks a lot, many thanks, cheers, ty
words-yes = yes, sure, yes please, correct, right, alright, fine, exactly, do it
words-no = no, not now, dont, not that, no thanks, no thank you, not yet, wrong
words-send = send, submit, send ticket, send it, send it now, send now, send the ticket, submit ticket, submit it, go ahead
words-change = change, edit, correct, fix, modify
words-continue = continue, go on, resume, go ahead, carry on
words-start-over = start over, start again, restart, from the beginning, new
words-stay = stay, continue, go on, keep waiting, wait
words-end = end, end it, finish, quit, leave, stop, done
words-low = low, lowest
words-normal = normal, medium
words-high = high, highest
words-sounds-low = no rush, no hurry, not urgent, whenever, any time, anytime, low, take your time
words-sounds-normal = usual, regular, standard, ordinary, normal, medium
words-sounds-high = urgent, urgently, asap, as soon as possible, quick, quickly, fast, now, today, immediately, emergency, important, high, critical, hurry
words-filler = i, im, id, me, my, want, would, like, need, to, talk, speak, chat, with, can, could, may, please, get, connect, the, a, an, is, are, am, you, your, this, that, really, just, some, real, live, for, do, how, about, priority, type
