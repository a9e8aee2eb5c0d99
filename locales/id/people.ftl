# Data seorang pelanggan: diambil semuanya, atau dihapus selamanya.

desk-command-export = Ambil semua data seorang pelanggan: /export 0812-3456-7890
desk-command-erase = Hapus data seorang pelanggan: /erase 0812-3456-7890

people-export-which = Data siapa yang diambil? Tulis nomor WhatsApp, nomor pelanggan, atau nomor tiketnya. Misalnya: /export 0812-3456-7890
people-erase-which = Data siapa yang dihapus? Tulis nomor WhatsApp, nomor pelanggan, atau nomor tiketnya. Misalnya: /erase 0812-3456-7890
people-unknown = Tidak ada pelanggan dengan "{ $typed }".
people-gone = Data pelanggan itu sudah dihapus { $when }.
people-toast-gone = Data pelanggan itu sudah dihapus.

people-exporting = Baik, datanya sedang dikumpulkan. Berkasnya dikirim ke sini.
people-exported = Semua data pelanggan yang Anda minta. Jaga kerahasiaannya; salinan di server dihapus setelah { $hours } jam.

people-erase-ask = <b>Hapus semua data { $name }?</b>
people-erase-goes = Hilang untuk selamanya: nama, nomor, alamat, { $messages } pesan, { $files } berkas, dan isi semua tiketnya.
people-erase-stays = Tetap ada tanpa isi: { $tickets } nomor tiket dan { $invoices } tagihan.
people-erase-open = Tiket yang masih terbuka akan dibatalkan: { $count }.
people-button-erase = Hapus selamanya
people-erasing = Baik, datanya sedang dihapus. Anda dikabari begitu selesai.
people-erased = Selesai, data pelanggan itu sudah dihapus. Yang tersisa tanpa isi: { $tickets } nomor tiket dan { $invoices } tagihan. Pesan lama di ruang obrolan Telegram tetap ada sampai Anda menghapusnya sendiri.

people-nobody = Pelanggan yang datanya dihapus
