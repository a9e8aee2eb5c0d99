# Kata yang ditambahkan saat mengirim ke WhatsApp. Label paling panjang 20 huruf.
whatsapp-choose = Pilih
whatsapp-by-number = Balas dengan nomor pilihan Anda.
whatsapp-no-file = (Berkas untuk pesan ini tidak dapat dikirim.)
