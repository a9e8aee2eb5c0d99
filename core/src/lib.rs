//! The desk itself: words of the business, rules, SQL, texts. Knows no HTTP framework and no wire format of a platform
