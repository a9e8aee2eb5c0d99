//! What sample data is made of: names, places, packages and complaints as they occur in Indonesia.

/// Given names.
pub(super) const GIVEN: [&str; 40] = [
    "Sari", "Budi", "Dewi", "Agus", "Siti", "Andi", "Rina", "Joko", "Ayu", "Eko", "Putri", "Rizky",
    "Wulan", "Hendra", "Fitri", "Bayu", "Ratna", "Dimas", "Nur", "Yusuf", "Lestari", "Arif",
    "Indah", "Bambang", "Maya", "Fajar", "Tuti", "Gilang", "Kartika", "Slamet", "Novi", "Iwan",
    "Citra", "Rudi", "Melati", "Taufik", "Ningsih", "Galih", "Aisyah", "Made",
];
/// Family and second names.
pub(super) const FAMILY: [&str; 32] = [
    "Wulandari",
    "Santoso",
    "Pratama",
    "Hidayat",
    "Lestari",
    "Saputra",
    "Nugroho",
    "Rahmawati",
    "Setiawan",
    "Kusuma",
    "Siregar",
    "Wijaya",
    "Susanti",
    "Gunawan",
    "Permata",
    "Hartono",
    "Maharani",
    "Firmansyah",
    "Anggraini",
    "Nasution",
    "Purnomo",
    "Utami",
    "Simanjuntak",
    "Kurniawan",
    "Safitri",
    "Ramadhan",
    "Wibowo",
    "Handayani",
    "Sihombing",
    "Putra",
    "Yuliana",
    "Suryadi",
];
/// Towns with their provinces.
pub(super) const TOWNS: [(&str, &str); 14] = [
    ("Jakarta Selatan", "DKI Jakarta"),
    ("Bandung", "Jawa Barat"),
    ("Bekasi", "Jawa Barat"),
    ("Bogor", "Jawa Barat"),
    ("Semarang", "Jawa Tengah"),
    ("Surakarta", "Jawa Tengah"),
    ("Yogyakarta", "DI Yogyakarta"),
    ("Surabaya", "Jawa Timur"),
    ("Malang", "Jawa Timur"),
    ("Tangerang", "Banten"),
    ("Denpasar", "Bali"),
    ("Medan", "Sumatera Utara"),
    ("Palembang", "Sumatera Selatan"),
    ("Makassar", "Sulawesi Selatan"),
];
/// Streets.
pub(super) const STREETS: [&str; 12] = [
    "Jl. Melati",
    "Jl. Merdeka",
    "Jl. Sudirman",
    "Jl. Kenanga",
    "Jl. Diponegoro",
    "Jl. Cendana",
    "Jl. Ahmad Yani",
    "Jl. Anggrek",
    "Jl. Gatot Subroto",
    "Jl. Mawar",
    "Jl. Pahlawan",
    "Jl. Flamboyan",
];
/// Packages: name, speed, price a month in rupiah.
pub(super) const PACKAGES: [(&str, &str, i64); 5] = [
    ("Rumah 20", "20 Mbps", 199_000),
    ("Rumah 50", "50 Mbps", 279_000),
    ("Rumah 100", "100 Mbps", 379_000),
    ("Usaha 100", "100 Mbps", 599_000),
    ("Usaha 300", "300 Mbps", 1_250_000),
];
/// Complaints: the ticket's type, its title, and the words.
pub(super) const COMPLAINTS: [(&str, &str, &str); 14] = [
    (
        "repair",
        "Internet mati dari pagi",
        "Internet mati dari pagi, lampu LOS di modem merah terus. Sudah saya cabut pasang tetap sama.",
    ),
    (
        "repair",
        "Internet lambat sekali",
        "Internet lambat sekali kalau malam, buka video saja putus-putus.",
    ),
    (
        "repair",
        "Wifi sering putus",
        "Wifi sering putus sendiri setiap beberapa menit, semua HP di rumah kena.",
    ),
    (
        "repair",
        "Kabel di depan rumah putus",
        "Kabel di depan rumah putus tertarik truk tadi siang, mohon teknisi datang.",
    ),
    (
        "upgrade",
        "Mau naik paket",
        "Saya mau naik paket ke 100 Mbps, prosesnya bagaimana dan mulai kapan?",
    ),
    (
        "upgrade",
        "Tanya paket usaha",
        "Ada paket usaha yang upload-nya lebih besar? Toko saya pakai CCTV online.",
    ),
    (
        "dismantle",
        "Berhenti langganan bulan depan",
        "Kami pindah rumah akhir bulan, tolong langganan dihentikan dan modem dijemput.",
    ),
    (
        "billing",
        "Tagihan dobel",
        "Tagihan bulan ini muncul dua kali, padahal sudah saya bayar lewat transfer.",
    ),
    (
        "billing",
        "Sudah bayar tapi belum lunas",
        "Saya sudah bayar kemarin tapi di aplikasi masih tertulis belum lunas.",
    ),
    (
        "billing",
        "Minta kuitansi",
        "Mohon dikirim kuitansi pembayaran tiga bulan terakhir untuk laporan kantor.",
    ),
    (
        "appointment",
        "Ganti jadwal teknisi",
        "Jadwal kunjungan teknisi bisa digeser ke Sabtu pagi? Hari kerja rumah kosong.",
    ),
    (
        "technical",
        "Lupa password wifi",
        "Lupa password wifi, minta tolong direset ya.",
    ),
    (
        "technical",
        "Minta IP publik",
        "Saya perlu IP publik untuk server kecil di rumah, bisa diatur?",
    ),
    (
        "technical",
        "Port modem rusak",
        "Port LAN nomor 2 di modem tidak menyala lagi, bisa ditukar modemnya?",
    ),
];
