package clickhouse

import (
	"context"
	"fmt"
	"io"
)

// Library returns the path of libchdb, for those who use the engine in their own process; it is fetched into the user's cache if
// it is not there. The log takes what is being fetched.
func Library(ctx context.Context, log io.Writer) (string, error) {
	if !libraryKnown() {
		return "", errNone
	}
	cache, err := defaultCache()
	if err != nil {
		return "", fmt.Errorf("clickhouse: %w", err)
	}
	return fetchLibrary(ctx, cache, log)
}
