package faults

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
	"github.com/rumline/rumline/tests/generate"
)

func TestCompareRefused(t *testing.T) {
	expected := map[string][]generate.Rejection{"a": {{Reason: rum.Syntax, Line: 2}, {Reason: rum.Bomb, Rest: true}}}
	syntax := quarantine.Record{Source: quarantine.Source{Key: "a"}, Reason: rum.Syntax, Line: 2, Offset: 10}
	bomb := quarantine.Record{Source: quarantine.Source{Key: "a"}, Reason: rum.Bomb, Line: 99, Offset: 999, Rest: true}
	stranger := quarantine.Record{Source: quarantine.Source{Key: "b"}, Reason: rum.Syntax, Line: 2}
	for name, test := range map[string]struct {
		records                         []quarantine.Record
		missing, duplicated, unexpected int
	}{
		"exact":      {records: []quarantine.Record{syntax, bomb}},
		"missing":    {records: []quarantine.Record{bomb}, missing: 1},
		"duplicated": {records: []quarantine.Record{syntax, bomb, syntax}, duplicated: 1},
		"unexpected": {records: []quarantine.Record{syntax, stranger, bomb}, unexpected: 1},
		"nothing":    {missing: 2},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := compareRefused(all(test.records), expected)
			require.NoError(t, err)
			require.Equal(t, len(test.records), r.Events)
			require.Equal(t, test.missing, r.Missing)
			require.Equal(t, test.duplicated, r.Duplicated)
			require.Equal(t, test.unexpected, r.Unexpected)
		})
	}
}

func all(records []quarantine.Record) iter.Seq2[quarantine.Record, error] {
	return func(yield func(quarantine.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}
