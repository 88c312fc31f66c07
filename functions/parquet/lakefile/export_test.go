package lakefile

// NewEncoderOf returns an Encoder that ends a row group after so many rows, for tests of small files.
func NewEncoderOf(rowsPerGroup int) *Encoder { return newEncoder(rowsPerGroup) }
