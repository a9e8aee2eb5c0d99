# Pengaturan yang bisa diubah admin sambil berjalan.

desk-command-settings = Pengaturan: nama, bahasa, zona waktu
setting-name = Nama usaha
setting-time-zone = Zona waktu
setting-locale = Bahasa
setting-default-region = Negara nomor telepon
setting-currency = Mata uang
setting-hint-name = 1 sampai 60 huruf, misalnya Kopi Senja
setting-hint-time-zone = misalnya Asia/Jakarta atau Asia/Makassar
setting-hint-locale = id atau en
setting-hint-default-region = dua huruf, misalnya ID
setting-hint-currency = tiga huruf, misalnya IDR
setting-head = <b>Pengaturan</b>
setting-line = { $what }: <b>{ $value }</b> · <code>{ $key }</code>
setting-foot = Ubah dengan, misalnya: <code>/settings name Kopi Senja</code>
setting-how = { $what }: { $hint }. Ubah dengan: <code>/settings { $key } …</code>
setting-unknown = Tidak ada pengaturan "{ $typed }". Yang ada: { $known }.
setting-refused = { $what } tidak bisa diisi "{ $typed }". Coba { $hint }.
setting-changed = { $what } sekarang <b>{ $after }</b> (tadinya { $before }).
