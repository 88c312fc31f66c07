package pages

import (
	"github.com/parquet-go/parquet-go/format"
)

// addBounds enters a page into the column index.
func (c *chunk) addBounds(b bounds, nulls int64) {
	c.nulls += nulls
	c.bounds.add(&b)
	var least, most []byte
	if b.any {
		least, most = b.encode(c.leaf.Type)
		if c.leaf.Type == format.ByteArray {
			least, most = shorten(least, most)
		}
	}
	c.pageBounds = append(c.pageBounds, b)
	c.index.NullPages = append(c.index.NullPages, !b.any)
	c.index.MinValues = append(c.index.MinValues, least)
	c.index.MaxValues = append(c.index.MaxValues, most)
	c.index.NullCounts = append(c.index.NullCounts, nulls)
}

// order says whether the bounds of the pages ascend or descend, so that readers may search them. Pages without values
// do not count.
func (c *chunk) order() {
	ascending, descending := true, true
	var last *bounds
	for i := range c.pageBounds {
		b := &c.pageBounds[i]
		if !b.any {
			continue
		}
		if last != nil {
			ascending = ascending && last.leastText <= b.leastText && last.mostText <= b.mostText &&
				last.leastNumber <= b.leastNumber && last.mostNumer <= b.mostNumer
			descending = descending && last.leastText >= b.leastText && last.mostText >= b.mostText &&
				last.leastNumber >= b.leastNumber && last.mostNumer >= b.mostNumer
		}
		last = b
	}
	switch {
	case ascending:
		c.index.BoundaryOrder = format.Ascending
	case descending:
		c.index.BoundaryOrder = format.Descending
	default:
		c.index.BoundaryOrder = format.Unordered
	}
}

// metaData is what the footer says of the chunk.
func (c *chunk) metaData() format.ColumnMetaData {
	meta := format.ColumnMetaData{
		Type:                  c.leaf.Type,
		Encoding:              []format.Encoding{c.encoding(), format.RLE},
		PathInSchema:          c.leaf.Path,
		Codec:                 format.Zstd,
		NumValues:             c.nulls + int64(c.values.len()),
		TotalUncompressedSize: c.uncompressed,
		TotalCompressedSize:   c.compressed,
		DataPageOffset:        c.dataOffset,
		DictionaryPageOffset:  c.dictionaryOffset,
		Statistics:            format.Statistics{NullCount: c.nulls},
		EncodingStats: []format.PageEncodingStats{
			{PageType: format.DataPage, Encoding: c.encoding(), Count: int32(len(c.locations))},
		},
	}
	if c.values.Dictionary != nil {
		meta.Encoding = append(meta.Encoding, format.Plain)
		meta.EncodingStats = append(meta.EncodingStats, format.PageEncodingStats{
			PageType: format.DictionaryPage, Encoding: format.Plain, Count: 1,
		})
	}
	if c.bounds.any {
		meta.Statistics.MinValue, meta.Statistics.MaxValue = c.bounds.encode(c.leaf.Type)
	}
	return meta
}
