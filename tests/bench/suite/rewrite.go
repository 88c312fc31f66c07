package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/peers"
	"github.com/rumline/rumline/tests/bench/rig"
)

// rewrite has DuckDB write the rows of the function's file again, and returns both sizes.
func (s *Suite) rewrite(ctx context.Context) (before, after int64, err error) {
	var files [][]byte
	err = s.use(rig.Options{Function: "parquet"}, func(r *rig.Rig) error {
		got, err := deliver(r, [][]byte{s.whole[load.Gzip]}, s.Events)
		files = got.Files
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	if len(files) != 1 {
		return 0, 0, fmt.Errorf("an hour's events are %d files", len(files))
	}
	in, out := filepath.Join(s.Dir, "ours.parquet"), filepath.Join(s.Dir, "again.parquet")
	if err := os.WriteFile(in, files[0], 0o600); err != nil {
		return 0, 0, fmt.Errorf("keep the file: %w", err)
	}
	node, err := peers.Node(ctx, s.Log)
	if err != nil {
		return 0, 0, err
	}
	p, err := peers.Start(ctx, duckDB, node, "node", filepath.Join(node, "duckdb.mjs"))
	if err != nil {
		return 0, 0, err
	}
	_, err = p.Run(peers.Job{SQL: peers.DuckDBRewriteSQL(in, out)})
	if err := errors.Join(err, p.Close()); err != nil {
		return 0, 0, err
	}
	info, err := os.Stat(out)
	if err != nil {
		return 0, 0, fmt.Errorf("find what was written: %w", err)
	}
	return int64(len(files[0])), info.Size(), nil
}
