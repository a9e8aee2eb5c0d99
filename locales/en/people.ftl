# One customer's data: all of it taken out, or erased for good.

desk-command-export = Take out all data of one customer: /export 0812-3456-7890
desk-command-erase = Erase the data of one customer: /erase 0812-3456-7890

people-export-which = Whose data? Write their WhatsApp number, customer number, or a ticket number. For example: /export 0812-3456-7890
people-erase-which = Whose data is to be erased? Write their WhatsApp number, customer number, or a ticket number. For example: /erase 0812-3456-7890
people-unknown = There is no customer with "{ $typed }".
people-gone = That customer's data was erased { $when }.
people-toast-gone = That customer's data was erased already.

people-exporting = All right, the data is being gathered. The file comes here.
people-exported = All data of the customer you asked for. Keep it confidential; the copy on the server is deleted after { $hours } hours.

people-erase-ask = <b>Erase all data of { $name }?</b>
people-erase-goes = Gone for good: name, number, address, { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
}, { $files ->
    [one] { $files } file
   *[other] { $files } files
}, and what all their tickets say.
people-erase-stays = Kept without content: { $tickets ->
    [one] { $tickets } ticket number
   *[other] { $tickets } ticket numbers
} and { $invoices ->
    [one] { $invoices } invoice
   *[other] { $invoices } invoices
}.
people-erase-open = Open tickets that will be cancelled: { $count }.
people-button-erase = Erase for good
people-erasing = All right, the data is being erased. You will hear when it is done.
people-erased = Done, that customer's data is erased. What is left, without content: { $tickets ->
    [one] { $tickets } ticket number
   *[other] { $tickets } ticket numbers
} and { $invoices ->
    [one] { $invoices } invoice
   *[other] { $invoices } invoices
}. Older messages in Telegram chats stay until you delete them yourself.

people-nobody = A customer whose data was erased
