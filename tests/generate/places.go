package generate

// place is a country as the edge sees it.
type place struct {
	country   string // ISO 3166-1
	weight    float64
	regions   []string // ISO 3166-2
	asns      []int
	pops      []string // by how often they serve the country
	languages []string
	rttMS     float64 // median round trip to the POP on a fixed line
	slow      float64 // how much weaker its devices are than the best
	mobile    float64 // share of visits from phones
	poor      float64 // share of visits on a poor network
}

var places = weigh([]place{
	{"US", 24, []string{"US-CA", "US-TX", "US-NY", "US-FL", "US-WA", "US-IL"}, []int{7922, 7018, 701, 21928, 20115}, []string{"IAD89-C2", "SFO53-P1", "DFW57-P8", "ORD58-P4"}, []string{"en-US", "es-US"}, 16, 1, 0.52, 0.03},
	{"DE", 12, []string{"DE-BE", "DE-BY", "DE-NW", "DE-HE", "DE-BW"}, []int{3320, 6805, 31334, 3209}, []string{"FRA50-C1", "FRA56-P3", "MUC50-P2", "BER50-P1"}, []string{"de-DE", "de", "en-GB"}, 13, 1, 0.55, 0.04},
	{"GB", 9, []string{"GB-LND", "GB-MAN", "GB-SCT", "GB-BIR"}, []int{2856, 5089, 5607, 12576}, []string{"LHR61-P3", "MAN51-P1"}, []string{"en-GB"}, 12, 1, 0.58, 0.03},
	{"FR", 7, []string{"FR-IDF", "FR-ARA", "FR-PAC", "FR-OCC"}, []int{3215, 12322, 15557}, []string{"CDG55-P1", "MRS52-P2"}, []string{"fr-FR", "fr"}, 14, 1.05, 0.57, 0.04},
	{"JP", 9, []string{"JP-13", "JP-27", "JP-14", "JP-01"}, []int{4713, 2516, 17676}, []string{"NRT57-P3", "KIX56-P1"}, []string{"ja-JP", "ja"}, 9, 1, 0.62, 0.02},
	{"IN", 9, []string{"IN-MH", "IN-KA", "IN-DL", "IN-TN", "IN-UP"}, []int{55836, 45609, 24560}, []string{"BOM78-P6", "DEL54-P2", "MAA51-C3"}, []string{"en-IN", "hi-IN"}, 38, 2.1, 0.86, 0.22},
	{"BR", 6, []string{"BR-SP", "BR-RJ", "BR-MG", "BR-BA"}, []int{28573, 26599, 18881}, []string{"GRU3-P5", "GIG51-P1"}, []string{"pt-BR"}, 24, 1.7, 0.74, 0.12},
	{"ES", 3, []string{"ES-MD", "ES-CT", "ES-AN"}, []int{3352, 12479}, []string{"MAD53-P2", "BCN50-P1"}, []string{"es-ES", "ca-ES"}, 15, 1.1, 0.63, 0.05},
	{"IT", 3, []string{"IT-25", "IT-62", "IT-72"}, []int{3269, 12874, 30722}, []string{"MXP63-P3", "FCO50-P2"}, []string{"it-IT"}, 17, 1.15, 0.64, 0.06},
	{"PL", 3, []string{"PL-14", "PL-12", "PL-24"}, []int{5617, 12741}, []string{"WAW51-P3"}, []string{"pl-PL"}, 14, 1.2, 0.6, 0.05},
	{"NL", 2.5, []string{"NL-NH", "NL-ZH"}, []int{33915, 1136}, []string{"AMS58-P5"}, []string{"nl-NL", "en-NL"}, 9, 0.95, 0.5, 0.02},
	{"AT", 1.5, []string{"AT-9", "AT-6", "AT-5"}, []int{8447, 8412}, []string{"VIE50-C1"}, []string{"de-AT"}, 12, 1, 0.55, 0.03},
	{"CH", 1.5, []string{"CH-ZH", "CH-GE", "CH-BE"}, []int{3303, 6730}, []string{"ZRH55-P1"}, []string{"de-CH", "fr-CH", "it-CH"}, 10, 0.9, 0.52, 0.02},
	{"ID", 2.5, []string{"ID-JK", "ID-JB", "ID-BA"}, []int{7713, 23693}, []string{"CGK50-P1", "SIN2-P4"}, []string{"id-ID"}, 46, 2.3, 0.9, 0.25},
	{"NG", 1.5, []string{"NG-LA", "NG-FC"}, []int{29465, 37148}, []string{"LOS50-P1", "LHR61-P3"}, []string{"en-NG"}, 95, 2.6, 0.93, 0.4},
	{"ZA", 1, []string{"ZA-GP", "ZA-WC"}, []int{36994, 29975}, []string{"JNB50-P1", "CPT52-P1"}, []string{"en-ZA", "af-ZA"}, 40, 1.8, 0.76, 0.16},
	{"AU", 1.5, []string{"AU-NSW", "AU-VIC", "AU-QLD"}, []int{1221, 4804}, []string{"SYD62-P2", "MEL50-P1"}, []string{"en-AU"}, 21, 1, 0.53, 0.03},
	{"MX", 1.5, []string{"MX-CMX", "MX-JAL", "MX-NLE"}, []int{8151, 28403}, []string{"QRO51-P1", "DFW57-P8"}, []string{"es-MX"}, 33, 1.6, 0.75, 0.12},
	{"TR", 1, []string{"TR-34", "TR-06"}, []int{9121, 47331}, []string{"IST50-P1", "SOF50-P1"}, []string{"tr-TR"}, 32, 1.5, 0.73, 0.1},
	{"KR", 1, []string{"KR-11", "KR-26"}, []int{4766, 9318}, []string{"ICN57-P3"}, []string{"ko-KR"}, 7, 0.95, 0.6, 0.01},
}, func(p place) float64 { return p.weight })
