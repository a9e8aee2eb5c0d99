-- The types a desk starts with; a deployment edits them.
insert into ticket_types (id, names, keywords, team_id, position, active) values
    ('repair', '{"en":"Repair","id":"Perbaikan"}', '["internet","mati","rusak","lambat","lemot","putus","gangguan","error","wifi","modem","los","down","slow","broken","repair","not working","perbaikan","connection","koneksi"]', null, 1, true),
    ('upgrade', '{"en":"Package upgrade","id":"Upgrade Paket"}', '["upgrade","naik paket","paket","tambah kecepatan","ganti paket","mbps","faster","speed up","package"]', null, 2, true),
    ('dismantle', '{"en":"Dismantle","id":"Pemutusan"}', '["berhenti","berhenti langganan","pemutusan","cabut","stop langganan","dismantle","cancel subscription","unsubscribe","terminate"]', null, 3, true),
    ('billing', '{"en":"Billing","id":"Tagihan"}', '["tagihan","bayar","pembayaran","invoice","bill","billing","payment","refund","denda","transfer","kuitansi","harga"]', null, 4, true),
    ('appointment', '{"en":"Appointment","id":"Janji Temu"}', '["janji","jadwal","kunjungan","teknisi datang","appointment","schedule","visit","booking","reservasi"]', null, 5, true),
    ('technical', '{"en":"Technical","id":"Teknis"}', '["teknis","setting","konfigurasi","password","router","ip","dns","email","technical","setup","configure","install","pasang"]', null, 6, true),
    ('medical', '{"en":"Medical","id":"Medis"}', '["medis","dokter","obat","sakit","resep","klinik","periksa","doctor","medicine","prescription","sick","clinic"]', null, 7, true);
