# The few words that sending to WhatsApp adds. The label has at most 20 letters.
whatsapp-choose = Choose
whatsapp-by-number = Reply with the number of your choice.
whatsapp-no-file = (A file that belongs here could not be sent.)
