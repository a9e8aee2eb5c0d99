# Tickets: names of priorities and statuses, and what customers are told.

priority-low = Low
priority-normal = Normal
priority-high = High
priority-urgent = Urgent

status-open = Waiting for someone
status-assigned = With an agent
status-in-progress = Being worked on
status-on-hold = On hold
status-escalated = With a senior
status-resolved = Resolved
status-closed = Closed
status-cancelled = Cancelled

availability-online = Taking new work
availability-away = Away for a bit
availability-offline = Off duty

role-super-admin = Super admin
role-admin = Admin
role-editor = Editor
role-agent = Agent
role-viewer = Viewer

# $number: the ticket's number. $who: who sees to it. $due: by when, in words.
ticket-told-assigned = Ticket <b>{ $number }</b> is now with { $who }. It will be done by { $due }. You can write here any time.
ticket-told-in-progress = Ticket <b>{ $number }</b> is being worked on by { $who }. It will be done by { $due }.
ticket-told-on-hold = Ticket <b>{ $number }</b> is on hold for now. As soon as it can go on, { $who } will write to you here.
ticket-told-resolved = Ticket <b>{ $number }</b> is done; { $who } saw to it. If it is not fixed after all, you can reopen it within 7 days under "My tickets" in the menu.
ticket-told-closed = Ticket <b>{ $number }</b> is closed. Thank you. If you need to, you can reopen it within 7 days under "My tickets" in the menu.
ticket-told-cancelled = Ticket <b>{ $number }</b> is cancelled. If you still need help, just write here.
ticket-told-escalated = We passed ticket <b>{ $number }</b> on to someone more experienced, so that it gets done soon. The next news will come here.
ticket-told-reopened = Ticket <b>{ $number }</b> is open again. It will be done by { $due }.
ticket-told-note = Note: { $note }
# Used when the agent's name is not told.
ticket-told-somebody = our team
