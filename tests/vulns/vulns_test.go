package vulns_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/vulns"
)

const found = `{"config":{"scanner_name":"govulncheck"}}
{"osv":{"id":"GO-2026-2","summary":"Long division"}}
{"osv":{"id":"GO-2026-1","summary":"Short circuit"}}
{"osv":{"id":"GO-2026-3","summary":"Never called"}}
{"finding":{"osv":"GO-2026-2","fixed_version":"v1.26.9","trace":[{"module":"stdlib","version":"v1.26.8"}]}}
{"finding":{"osv":"GO-2026-2","fixed_version":"v1.26.9","trace":[{"module":"stdlib","version":"v1.26.8","package":"math","function":"Div"}]}}
{"finding":{"osv":"GO-2026-3","trace":[{"module":"example.com/a","version":"v1.0.0","package":"example.com/a"}]}}
{"finding":{"osv":"GO-2026-1","trace":[{"module":"example.com/b","version":"v2.0.0","function":"Do"},{"module":"example.com/c","function":"main"}]}}
{"finding":{"osv":"GO-2026-1","trace":[{"module":"example.com/b","version":"v2.0.0","function":"Redo"}]}}
`

func TestCalled(t *testing.T) {
	t.Parallel()
	got, err := vulns.Called(strings.NewReader(found))
	require.NoError(t, err)
	require.Len(t, got, 2, "each once, and only what is called")
	assert.Equal(t, "GO-2026-1 in example.com/b v2.0.0 (not fixed yet): Short circuit", got[0].String())
	assert.False(t, got[0].OfGo())
	assert.Equal(t, "GO-2026-2 in stdlib v1.26.8 (fixed in v1.26.9): Long division", got[1].String())
	assert.True(t, got[1].OfGo())
}

func TestCalledFindsNothing(t *testing.T) {
	t.Parallel()
	got, err := vulns.Called(strings.NewReader(`{"config":{}}`))
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestCalledRefuses(t *testing.T) {
	t.Parallel()
	for name, output := range map[string]string{"silence": "", "no scan": `{"osv":{"id":"GO-2026-2"}}`, "text": "No vulnerabilities found."} {
		_, err := vulns.Called(strings.NewReader(output))
		assert.Error(t, err, name)
	}
}
