package lake_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/lake"
)

func TestAppendUUIDIsItsString(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a", "b", "c"} {
		id := uuid.NewSHA1(uuid.Nil, []byte(name))
		require.Equal(t, "> "+id.String(), string(lake.AppendUUID([]byte("> "), id)))
	}
}
