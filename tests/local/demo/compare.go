package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/shared/rum/rumtest"
	"github.com/rumline/rumline/tests/readback"
)

// Arrived is what a destination has in the end.
type Arrived struct {
	Destination string
	Objects     int
	Bytes       int64
	Took        time.Duration
	Work        Work
	readback.Result
}

// store is how a destination is read back.
type store struct {
	name  string
	rows  func(context.Context) readback.Rows
	size  func(context.Context) (objects int, bytes int64, err error)
	relax func(rumtest.Row)
}

// compare reads all destinations back and shows what is there. It returns ErrDifferent unless every event is in each
// of them, once and as it was sent, and the vitals are the same wherever they are computed.
func (d *demo) compare(ctx context.Context) error {
	d.show.step("reading everything back, and comparing every field with what was sent")
	conn, err := clickhouse.Open(d.options)
	if err != nil {
		return fmt.Errorf("open ClickHouse: %w", err)
	}
	defer conn.Close() //nolint:errcheck // it is only read from
	lake, training := d.objects("parquet"), d.objects("json")
	stores := []store{
		{"clickhouse", func(ctx context.Context) readback.Rows { return readback.ClickHouse(ctx, conn) }, partsOf(conn), readback.NoEmptyLists},
		{"parquet", func(ctx context.Context) readback.Rows { return lake.Parquet(ctx) }, lake.Size, nil},
		{"json", training.JSON, training.Size, nil},
	}
	arrived := make([]Arrived, len(stores))
	group, reading := errgroup.WithContext(ctx)
	for i, s := range stores {
		group.Go(func() (err error) {
			a := Arrived{Destination: s.name, Work: d.progress.Of(s.name)}
			a.Took = a.Work.Last.Sub(d.begin)
			if a.Result, err = d.sent.Compare(s.rows(reading), s.relax); err != nil {
				return fmt.Errorf("read back %s: %w", s.name, err)
			}
			a.Objects, a.Bytes, err = s.size(reading)
			arrived[i] = a
			return err
		})
	}
	var bySQL, byFiles map[Group]Vitals
	group.Go(func() (err error) {
		bySQL, err = VitalsOfClickHouse(reading, conn)
		return err
	})
	group.Go(func() (err error) {
		byFiles, err = VitalsOf(lake.Parquet(reading, "page_group", "country", "lcp_ms", "inp_ms", "cls"))
		return err
	})
	if err := group.Wait(); err != nil {
		return err //nolint:wrapcheck // it says what it was reading
	}
	d.show.arrived(arrived)
	d.show.vitals(bySQL, byFiles)
	return verdict(arrived, Differ(bySQL, byFiles))
}

// verdict is nil when nothing is different anywhere.
func verdict(arrived []Arrived, groups []Group) error {
	var differences []string
	for _, a := range arrived {
		if !a.Exact() {
			differences = append(differences, a.Destination+": "+a.Result.String())
		}
	}
	if len(groups) > 0 {
		differences = append(differences, fmt.Sprintf("the vitals of %d groups differ, the first is %v", len(groups), groups[0]))
	}
	if len(differences) == 0 {
		return nil
	}
	slices.Sort(differences)
	return fmt.Errorf("%w:\n%s", ErrDifferent, strings.Join(differences, "\n"))
}

func (d *demo) objects(destination string) readback.Objects {
	o := d.deployment.Outputs[destination]
	return readback.Objects{Client: d.client, Bucket: o.Bucket, Prefix: o.Prefix}
}

// partsOf counts the parts of the table of events, and their bytes on disk.
func partsOf(conn driver.Conn) func(context.Context) (int, int64, error) {
	return func(ctx context.Context) (int, int64, error) {
		var parts, bytes uint64
		err := conn.QueryRow(ctx, `SELECT count(), sum(bytes_on_disk) FROM system.parts
			WHERE database = currentDatabase() AND table = 'rum_events' AND active`).Scan(&parts, &bytes)
		if err != nil {
			return 0, 0, fmt.Errorf("ask ClickHouse for its parts: %w", err)
		}
		return int(parts), int64(bytes), nil
	}
}
