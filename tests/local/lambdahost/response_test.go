package lambdahost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFailedItems(t *testing.T) {
	batch := []message{{id: "a"}, {id: "b"}}
	tests := []struct {
		name, response string
		want           []string
		err            string // the whole batch fails
	}{
		{name: "nothing", response: ""},
		{name: "white space", response: " \n"},
		{name: "null", response: "null"},
		{name: "empty object", response: "{}"},
		{name: "null list", response: `{"batchItemFailures":null}`},
		{name: "empty list", response: `{"batchItemFailures":[]}`},
		{name: "other keys", response: `{"statusCode":200}`},
		{name: "one", response: `{"batchItemFailures":[{"itemIdentifier":"b"}]}`, want: []string{"b"}},
		{name: "all", response: `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`, want: []string{"a", "b"}},
		{name: "one twice", response: `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]}`, want: []string{"a"}},
		{name: "no JSON", response: `{"batchItemFailures":`, err: "malformed batch response"},
		{name: "a string", response: `"ok"`, err: "malformed batch response"},
		{name: "a list", response: `[]`, err: "malformed batch response"},
		{name: "list is no list", response: `{"batchItemFailures":"a"}`, err: "malformed batchItemFailures"},
		{name: "items are no objects", response: `{"batchItemFailures":["a"]}`, err: "malformed batchItemFailures"},
		{name: "null identifier", response: `{"batchItemFailures":[{"itemIdentifier":null}]}`, err: "null or empty"},
		{name: "empty identifier", response: `{"batchItemFailures":[{"itemIdentifier":""}]}`, err: "null or empty"},
		{name: "identifier is a number", response: `{"batchItemFailures":[{"itemIdentifier":1}]}`, err: "malformed itemIdentifier"},
		{name: "bad key", response: `{"batchItemFailures":[{"ItemIdentifier":"a"}]}`, err: "has no itemIdentifier"},
		{name: "null item", response: `{"batchItemFailures":[null]}`, err: "has no itemIdentifier"},
		{name: "unknown", response: `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}`, err: `"c", which is not in the batch`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := failedItems([]byte(tt.response), batch)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Len(t, got, len(tt.want))
			for _, id := range tt.want {
				assert.True(t, got[id], id)
			}
		})
	}
}
