# Tiket: nama prioritas dan status, dan kabar untuk pelanggan.

priority-low = Rendah
priority-normal = Normal
priority-high = Tinggi
priority-urgent = Mendesak

status-open = Menunggu petugas
status-assigned = Diterima petugas
status-in-progress = Sedang dikerjakan
status-on-hold = Ditunda dulu
status-escalated = Diteruskan ke atasan
status-resolved = Selesai
status-closed = Ditutup
status-cancelled = Dibatalkan

availability-online = Bertugas
availability-away = Rehat
availability-offline = Tidak bertugas

role-super-admin = Super admin
role-admin = Admin
role-editor = Editor
role-agent = Petugas
role-viewer = Pengamat

# $number: nomor tiket. $who: siapa yang menangani. $due: batas waktunya, dalam kata-kata.
ticket-told-assigned = Tiket <b>{ $number }</b> sekarang ditangani { $who }. Selesai paling lambat { $due }. Anda bisa menulis di sini kapan saja.
ticket-told-in-progress = Tiket <b>{ $number }</b> sedang dikerjakan { $who }. Selesai paling lambat { $due }.
ticket-told-on-hold = Tiket <b>{ $number }</b> kami tunda dulu. Begitu bisa lanjut, { $who } mengabari Anda di sini.
ticket-told-resolved = Tiket <b>{ $number }</b> sudah selesai, ditangani { $who }. Kalau ternyata belum beres, tiket ini bisa dibuka lagi dalam 7 hari lewat menu "Tiket saya".
ticket-told-closed = Tiket <b>{ $number }</b> sudah ditutup. Terima kasih. Kalau perlu, tiket ini bisa dibuka lagi dalam 7 hari lewat menu "Tiket saya".
ticket-told-cancelled = Tiket <b>{ $number }</b> dibatalkan. Kalau masih perlu bantuan, tulis saja di sini.
ticket-told-reopened = Tiket <b>{ $number }</b> dibuka lagi. Selesai paling lambat { $due }.
ticket-told-note = Catatan: { $note }
# Dipakai bila nama petugas tidak disebut.
ticket-told-somebody = tim kami
