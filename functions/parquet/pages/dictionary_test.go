package pages

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDictionaryNumbersValuesAsTheyCome(t *testing.T) {
	t.Parallel()
	d := NewDictionary()
	for range 3 { // what was there before leaves no trace
		for round := range 2 {
			for i := range 10_000 {
				require.EqualValues(t, i, d.Text(fmt.Sprint(i)), round)
			}
		}
		require.Equal(t, 10_000, d.Len())
		require.Equal(t, "42", d.Texts()[42])
		d.Reset()
		require.EqualValues(t, 0, d.Text(""))
		require.EqualValues(t, 1, d.Text("a"))
		require.EqualValues(t, 0, d.Text(""))
		d.Reset()
		for i := range uint64(10_000) {
			require.EqualValues(t, i, d.Number(i<<40, 8))
			require.EqualValues(t, i, d.Number(i<<40, 8))
		}
		require.EqualValues(t, 7, d.Number(7<<40, 8))
		d.Reset()
	}
}

func TestWhenADictionaryPays(t *testing.T) {
	t.Parallel()
	d := NewDictionary()
	for i := range trial - 1 {
		d.Number(uint64(i), 8)
		require.True(t, d.Pays(), "it is too early to say")
	}
	d.Number(trial, 8)
	require.False(t, d.Pays(), "no value came twice")
	for range trial {
		d.Number(1, 8)
	}
	require.True(t, d.Pays())

	d.Reset()
	big := string(make([]byte, dictionaryBytes))
	d.Text(big)
	require.False(t, d.Pays(), "it is too large")
}
