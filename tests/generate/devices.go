package generate

// device is a kind of machine with its browser.
type device struct {
	weight        float64
	kind          string
	model         string // empty where browsers do not tell
	osFamily      string
	osVersions    []string
	browser       string
	majors        []int
	slow          float64 // CPU time against a good laptop
	memoryGB      float64 // 0: the browser does not tell
	cores         int
	width, height int
	pixelRatio    float64
}

// chromium says that the browser has the Network Information API and the device memory.
func (d *device) chromium() bool { return d.memoryGB > 0 }

// vitals says which of the vitals the browser measures: Firefox has no layout shifts, and Safari before 26 has neither
// those nor LCP and INP.
func (d *device) vitals(major int) (lcp, inp, cls bool) {
	switch d.browser {
	case "Firefox":
		return true, true, false
	case "Safari", "Mobile Safari":
		return major >= 26, major >= 26, false
	default:
		return true, true, true
	}
}

var (
	phones = weigh([]device{
		{26, "mobile", "iPhone", "iOS", []string{"26.1", "26.0.1", "18.7"}, "Mobile Safari", []int{26, 26, 18}, 1.1, 0, 4, 393, 852, 3},
		{9, "mobile", "iPhone", "iOS", []string{"17.6.1", "16.7.12"}, "Mobile Safari", []int{17, 16}, 1.7, 0, 4, 375, 667, 2},
		{11, "mobile", "SM-S931B", "Android", []string{"16", "15"}, "Chrome Mobile", []int{156, 156, 155}, 1.3, 8, 8, 384, 832, 2.8125},
		{18, "mobile", "SM-A156B", "Android", []string{"15", "14"}, "Chrome Mobile", []int{156, 155, 153}, 2.8, 4, 8, 360, 780, 3},
		{12, "mobile", "Redmi Note 13", "Android", []string{"14", "13"}, "Chrome Mobile", []int{156, 154, 149}, 3.2, 4, 8, 393, 873, 2.75},
		{8, "mobile", "Infinix X6525", "Android", []string{"13"}, "Chrome Mobile", []int{155, 148, 139}, 5.5, 2, 8, 360, 806, 2},
		{5, "mobile", "SM-A156B", "Android", []string{"15"}, "Samsung Internet", []int{29, 28}, 2.9, 4, 8, 360, 780, 3},
		{4, "mobile", "Pixel 9", "Android", []string{"16"}, "Chrome Mobile", []int{157, 156}, 1.4, 8, 8, 412, 923, 2.625},
		{2, "mobile", "", "Android", []string{"15", "14"}, "Firefox", []int{149, 148}, 2.4, 0, 8, 412, 846, 2.625},
		{3, "tablet", "iPad", "iPadOS", []string{"26.1", "18.6"}, "Mobile Safari", []int{26, 18}, 1.1, 0, 8, 820, 1180, 2},
		{2, "tablet", "SM-X210", "Android", []string{"15"}, "Chrome", []int{156, 154}, 2.2, 4, 8, 800, 1280, 1.5},
	}, func(d device) float64 { return d.weight })

	computers = weigh([]device{
		{44, "desktop", "", "Windows", []string{"11", "11", "10"}, "Chrome", []int{156, 156, 155, 157}, 1.3, 8, 8, 1536, 730, 1.25},
		{9, "desktop", "", "Windows", []string{"10"}, "Chrome", []int{156, 150, 109}, 2.6, 4, 4, 1366, 625, 1},
		{13, "desktop", "", "Windows", []string{"11", "10"}, "Edge", []int{156, 155}, 1.3, 8, 12, 1920, 945, 1},
		{11, "desktop", "", "macOS", []string{"26.1", "15.7.2"}, "Chrome", []int{156, 155}, 0.8, 8, 10, 1512, 860, 2},
		{10, "desktop", "", "macOS", []string{"26.1", "15.7.2", "14.8"}, "Safari", []int{26, 18, 17}, 0.8, 0, 8, 1440, 789, 2},
		{8, "desktop", "", "Windows", []string{"11", "10"}, "Firefox", []int{149, 148, 140}, 1.4, 0, 8, 1920, 927, 1},
		{3, "desktop", "", "Linux", []string{""}, "Firefox", []int{149, 148}, 1.2, 0, 16, 2560, 1307, 1},
		{2, "desktop", "", "Chrome OS", []string{"156"}, "Chrome", []int{156}, 2.9, 4, 4, 1366, 641, 1},
	}, func(d device) float64 { return d.weight })

	// crawlers run on machines of their own and say who they are, most of them.
	crawlers = weigh([]crawler{
		{6, "ua_declared", device{0, "desktop", "", "Linux", []string{""}, "Googlebot", []int{2}, 1.5, 8, 4, 1024, 1024, 1}},
		{3, "ua_declared", device{0, "mobile", "Nexus 5X", "Android", []string{"6.0.1"}, "Googlebot", []int{2}, 1.5, 8, 4, 412, 732, 2.625}},
		{2, "ua_declared", device{0, "desktop", "", "Windows", []string{"10"}, "bingbot", []int{2}, 1.5, 8, 4, 1280, 800, 1}},
		{7, "ua_headless", device{0, "desktop", "", "Linux", []string{""}, "HeadlessChrome", []int{156, 131}, 1, 8, 2, 800, 600, 1}},
		{2, "asn_hosting", device{0, "desktop", "", "Windows", []string{"10"}, "Chrome", []int{120}, 1, 8, 2, 1920, 1080, 1}},
	}, func(c crawler) float64 { return c.weight })
)

type crawler struct {
	weight float64
	reason string
	device device
}
