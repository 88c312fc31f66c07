package chdb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewException(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Exception
	}{
		"plain":  {"Code: 60. DB::Exception: Table x. (UNKNOWN_TABLE)\n", Exception{60, "Code: 60. DB::Exception: Table x. (UNKNOWN_TABLE)"}},
		"nested": {"Error: Code: 241. DB::Exception: Code: 241. DB::Exception: Code: 241. DB::Exception: Too much", Exception{241, "Code: 241. DB::Exception: Too much"}},
		"quoted": {"Code: 395. DB::Exception: Code: 60. DB::Exception: x", Exception{395, "Code: 395. DB::Exception: Code: 60. DB::Exception: x"}},
		"none":   {"Invalid or closed connection", Exception{1002, "Code: 1002. DB::Exception: Invalid or closed connection (UNKNOWN_EXCEPTION)"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, &c.want, newException(c.text)) })
	}
}
