package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/tests/roundtrip"
)

// Arrived is what a destination has in the end.
type Arrived struct {
	Destination string
	Objects     int
	Bytes       int64
	Took        time.Duration
	Work        Work
	*roundtrip.Result
}

// compare reads all destinations back and shows what is there. It returns ErrDifferent unless every event is in each
// of them, once and as it was sent, and the vitals are the same wherever they are computed.
func (d *demo) compare(ctx context.Context) error {
	d.show.step("reading everything back, and comparing every field with what was sent")
	conn, err := clickhouse.Open(d.options)
	if err != nil {
		return fmt.Errorf("open ClickHouse: %w", err)
	}
	defer conn.Close()
	lake := d.objects("parquet")
	stores := roundtrip.Stores(conn, lake, d.objects("json"))
	arrived := make([]Arrived, len(stores))
	group, reading := errgroup.WithContext(ctx)
	for i, s := range stores {
		group.Go(func() (err error) {
			a := Arrived{Destination: s.Name, Work: d.progress.Of(s.Name)}
			a.Took = a.Work.Last.Sub(d.begin)
			if a.Result, err = s.Compare(reading, d.sent); err != nil {
				return err
			}
			a.Objects, a.Bytes, err = s.Size(reading)
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
			differences = append(differences, a.Destination+": "+a.String())
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

func (d *demo) objects(destination string) roundtrip.Objects {
	o := d.deployment.Outputs[destination]
	return roundtrip.Objects{Client: d.client, Bucket: o.Bucket, Prefix: o.Prefix}
}
