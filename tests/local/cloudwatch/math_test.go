package cloudwatch

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormula(t *testing.T) {
	none := math.NaN()
	tests := []struct {
		text string
		m, n float64
		want float64
	}{
		{"m + n", 1, 2, 3},
		{"m + n", 1, none, none},
		{"(m - 1) * 2 / n", 5, 4, 2},
		{"100 * m / n", 1, 0, none},
		{"m / (n - n)", 1, 3, none},
		{"-m + 3", 1, 0, 2},
		{"FILL(m, 0) / FILL(n, 4)", none, none, 0},
		{"FILL(n, -1)", 1, none, -1},
		{"FILL(m, n)", none, 7, 7},
		{"m > 3", 4, 0, 1},
		{"m > 3", 3, 0, 0},
		{"m >= 3 AND n < 1", 3, 0, 1},
		{"m == 3 || n != 0", 2, 0, 0},
		{"(m > 3) * 2", 4, 0, 2},
		{"m > n", 3, none, none},
		{"IF(m > 3, n, 0)", 4, 9, 9},
		{"IF(m > 3, n, 0)", 1, 9, 0},
		{"IF(m, 1, n)", none, 9, none},
		{"IF(n > 0, 100 * m / n, 0)", 1, 0, 0},
		{"MAX([m, n, 2])", 1, none, 2},
		{"MIN([m, n])", none, none, none},
		{"MIN([m, n])", 3, 2, 2},
		{"SUM([m, n])", 3, none, 3},
		{"ABS(m)", -3, none, 3},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			f, err := parseFormula(tt.text, []string{"m", "n"})
			require.NoError(t, err)
			got, err := f.at(map[string]float64{"m": tt.m, "n": tt.n})
			require.NoError(t, err)
			if math.IsNaN(tt.want) {
				assert.True(t, math.IsNaN(got), got)
			} else {
				assert.InDelta(t, tt.want, got, 1e-9)
			}
		})
	}
}

func TestFormulaRefuses(t *testing.T) {
	for _, text := range []string{"m +", "unknown + 1", "MAX(m)", "FILL(m, REPEAT)", "SEARCH('x', 'Sum', 60)", "METRICS()", "len([m])", "'text'"} {
		_, err := parseFormula(text, []string{"m"})
		require.Error(t, err, text)
	}
}
