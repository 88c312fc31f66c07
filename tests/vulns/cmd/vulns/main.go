// Command vulns judges the output of `govulncheck -format json`, which it reads from standard input. It fails when a
// dependency has a known vulnerability in code that is called; those of Go itself it reports, and with -go fails for
// them too: which Go is on the machine is nothing that a commit decides.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/rumline/rumline/tests/vulns"
)

func main() {
	ofGo := flag.Bool("go", false, "fail for vulnerabilities of Go itself too")
	flag.Parse()
	called, err := vulns.Called(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "vulns:", err)
		os.Exit(1)
	}
	failed := false
	for _, v := range called {
		switch {
		case !v.OfGo() || *ofGo:
			failed = true
			fmt.Println("vulnerable:", v)
		default:
			fmt.Println("to be mended by a newer Go on this machine:", v)
		}
	}
	if failed {
		os.Exit(1)
	}
	fmt.Println("no dependency is known to be vulnerable in code that is called")
}
