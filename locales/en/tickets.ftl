# Tickets: names of priorities and statuses, and what customers are told.

priority-low = Low
priority-normal = Normal
priority-high = High
priority-urgent = Urgent

status-open = Waiting for an agent
status-assigned = Assigned
status-in-progress = In progress
status-on-hold = On hold
status-escalated = Passed on to a supervisor
status-resolved = Resolved
status-closed = Closed
status-cancelled = Cancelled

availability-online = On duty
availability-away = On a break
availability-offline = Off duty

role-super-admin = Super admin
role-admin = Admin
role-editor = Editor
role-agent = Agent
role-viewer = Viewer

# $number: the ticket's number. $who: who sees to it. $due: by when, in words.
ticket-told-assigned = Ticket <b>{ $number }</b> is now handled by { $who }. It will be done no later than { $due }. You can write here any time.
ticket-told-in-progress = Ticket <b>{ $number }</b> is being worked on by { $who }. It will be done no later than { $due }.
ticket-told-on-hold = Ticket <b>{ $number }</b> is on hold for now. As soon as work can go on, { $who } will write to you here.
ticket-told-resolved = Ticket <b>{ $number }</b> was resolved by { $who }. If it is not fixed after all, you can reopen it within 7 days under "My tickets" in the menu.
ticket-told-closed = Ticket <b>{ $number }</b> is closed. Thank you. If you need to, you can reopen it within 7 days under "My tickets" in the menu.
ticket-told-cancelled = Ticket <b>{ $number }</b> is cancelled. If you still need help, just write here.
ticket-told-reopened = Ticket <b>{ $number }</b> is open again. It will be done no later than { $due }.
ticket-told-note = Note: { $note }
# Used when the agent's name is not told.
ticket-told-somebody = our team
