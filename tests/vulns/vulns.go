// Package vulns reads what govulncheck has found, and tells what the project can mend from what the machine's Go has to.
package vulns

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Vulnerability is a known one whose code is called.
type Vulnerability struct {
	// ID is its name in the Go vulnerability database, GO-2026-1234.
	ID string
	// Summary says in one line what it is.
	Summary string
	// Module has it. It is "stdlib" for Go itself.
	Module string
	// Found is the version in use; Fixed the first one without it, empty if there is none.
	Found, Fixed string
}

// OfGo tells whether it is Go's own, which a newer Go on the machine mends and nothing in go.mod does.
func (v Vulnerability) OfGo() bool { return v.Module == "stdlib" || v.Module == "toolchain" }

// String returns one line for people.
func (v Vulnerability) String() string {
	fixed := "not fixed yet"
	if v.Fixed != "" {
		fixed = "fixed in " + v.Fixed
	}
	return fmt.Sprintf("%s in %s %s (%s): %s", v.ID, v.Module, v.Found, fixed, v.Summary)
}

// message is one document of `govulncheck -format json`, as golang.org/x/vuln/internal/govulncheck describes it.
type message struct {
	Config *struct{}
	OSV    *struct{ ID, Summary string }
	// Finding's trace begins with the vulnerable code; its function is empty when no call to it was found.
	Finding *struct {
		OSV          string
		FixedVersion string `json:"fixed_version"`
		Trace        []struct{ Module, Version, Function string }
	}
}

// Called reads the output of `govulncheck -format json` and returns each vulnerability whose code is called once,
// ordered by ID. Output that says nothing, not even how the scan was configured, is an error and no clean bill.
func Called(r io.Reader) ([]Vulnerability, error) {
	summaries, called, configured := map[string]string{}, map[string]Vulnerability{}, false
	for decoder := json.NewDecoder(r); ; {
		var m message
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read govulncheck's output: %w", err)
		}
		configured = configured || m.Config != nil
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" {
			called[f.OSV] = Vulnerability{ID: f.OSV, Module: f.Trace[0].Module, Found: f.Trace[0].Version, Fixed: f.FixedVersion}
		}
	}
	if !configured {
		return nil, errors.New("read govulncheck's output: it says nothing of a scan")
	}
	all := slices.SortedFunc(maps.Values(called), func(a, b Vulnerability) int { return cmp.Compare(a.ID, b.ID) })
	for i := range all {
		all[i].Summary = summaries[all[i].ID]
	}
	return all, nil
}
