package pages

import (
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// chunk is a leaf column of one row group that is being written.
type chunk struct {
	leaf   *Leaf
	values Values
	rows   int

	dictionaryOffset, dataOffset int64
	uncompressed, compressed     int64 // bytes of all pages with their headers
	bounds                       bounds
	nulls                        int64
	index                        format.ColumnIndex
	pageBounds                   []bounds
	locations                    []format.PageLocation
}

// span is a page's part of a chunk.
type span struct {
	row                   int // the first one
	entries, values       int // the first ones
	entriesEnd, valuesEnd int
}

func (w *Writer) writeChunk(c *chunk) error {
	if c.values.Dictionary != nil {
		w.remember(c.values.Dictionary.Len())
		if err := w.writeDictionary(c); err != nil {
			return err
		}
	}
	c.dataOffset = w.offset()
	for at := (span{}); at.row < c.rows; {
		next := c.cut(at)
		at.entriesEnd, at.valuesEnd = next.entries, next.values
		if err := w.writeDataPage(c, at); err != nil {
			return err
		}
		at = next
	}
	c.order()
	return nil
}

// cut returns where the page ends that begins at a place.
func (c *chunk) cut(at span) span {
	total, definition, repetition := c.rows, c.values.Definition, c.values.Repetition
	if c.values.len() == 0 && repetition == nil {
		return span{row: c.rows, entries: c.rows} // nothing but nulls: one page tells it
	}
	nested, levelled := repetition != nil, definition != nil
	if nested {
		total = len(repetition)
	}
	end, bytes := at, 0
	for ; end.entries < total; end.entries++ {
		if !nested || repetition[end.entries] == 0 {
			if end.row-at.row == rowsPerPage || bytes >= bytesPerPage {
				return end
			}
			end.row++
		}
		if !levelled || definition[end.entries] == c.leaf.MaxDefinition {
			if c.values.Texts != nil {
				bytes += len(c.values.Texts[end.values])
			}
			end.values++
		}
	}
	return end
}

func (w *Writer) writeDictionary(c *chunk) error {
	c.dictionaryOffset = w.offset()
	if c.leaf.Type == format.ByteArray {
		w.page = appendPlainTexts(w.page[:0], c.values.Dictionary.texts)
	} else {
		w.page = appendPlain(w.page[:0], c.leaf.Type, c.values.Dictionary.numbers)
	}
	size, saved, err := w.writePage(&format.PageHeader{
		Type: format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{
			NumValues: int32(c.values.Dictionary.Len()), Encoding: format.Plain,
		}),
	})
	c.compressed += size
	c.uncompressed += size + saved
	return err
}

func (w *Writer) writeDataPage(c *chunk, at span) error {
	offset := w.offset()
	entries, values := at.entriesEnd-at.entries, at.valuesEnd-at.values
	w.page = w.page[:0]
	if greatest := c.leaf.MaxRepetition; greatest > 0 {
		w.page = appendLevels(w.page, c.values.Repetition[at.entries:at.entriesEnd], greatest)
	}
	if greatest := c.leaf.MaxDefinition; greatest > 0 {
		switch {
		case c.values.Definition == nil && values == 0:
			w.page = appendSameLevels(w.page, entries, 0, greatest)
		case c.values.Definition == nil:
			w.page = appendSameLevels(w.page, entries, greatest, greatest)
		default:
			w.page = appendLevels(w.page, c.values.Definition[at.entries:at.entriesEnd], greatest)
		}
	}
	part := c.values.slice(at.values, at.valuesEnd)
	var err error
	if w.page, err = w.appendPart(w.page, c, part); err != nil {
		return err
	}
	size, saved, err := w.writePage(&format.PageHeader{
		Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues:               int32(entries),
			Encoding:                c.encoding(),
			DefinitionLevelEncoding: format.RLE,
			RepetitionLevelEncoding: format.RLE,
		}),
	})
	if err != nil {
		return err
	}
	c.compressed += size
	c.uncompressed += size + saved
	c.locations = append(c.locations, format.PageLocation{
		Offset: offset, CompressedPageSize: int32(size), FirstRowIndex: int64(at.row),
	})
	c.addBounds(w.boundsOf(c.leaf.Type, part), int64(entries-values))
	return nil
}

// appendPart appends the values of a page.
func (w *Writer) appendPart(dst []byte, c *chunk, part Values) ([]byte, error) {
	if d := c.values.Dictionary; d != nil {
		width := widthOf(d.Len() - 1)
		return appendHybrid(append(dst, byte(width)), part.IDs, width), nil
	}
	return w.appendValues(dst, c.leaf.Type, part)
}

func (c *chunk) encoding() format.Encoding {
	if c.values.Dictionary != nil {
		return format.RLEDictionary
	}
	return encodingOf(c.leaf.Type)
}
