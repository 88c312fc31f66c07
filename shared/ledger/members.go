package ledger

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/klauspost/compress/zstd"

	"github.com/rumline/rumline/shared/failure"
)

// partBytes is how much of a batch's members goes into one item. DynamoDB's limit is 400 KB an item.
const partBytes = 350 << 10

// maxMembersBytes bounds what members may decompress to: the handler's limit of objects a batch, with keys of the
// greatest length, is below it.
const maxMembersBytes = 64 << 20

// packer compresses members. It is made with the first batch: its tables take longer to make than a batch to compress.
var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstd.MinWindowSize<<8))
	if err != nil {
		panic(err) // the options are sound
	}
	return e
})

// putMembers stores the members, compressed: the keys of one batch's objects are much alike.
func (d *DynamoDB) putMembers(ctx context.Context, r Record, members []string) error {
	if len(members) == 0 {
		return nil
	}
	plain, err := json.Marshal(members)
	if err != nil {
		return failure.Wrap(failure.Internal, err, "encode a batch's members")
	}
	packed := packer().EncodeAll(plain, nil)
	parts := (len(packed) + partBytes - 1) / partBytes
	for n := range parts {
		_, err := d.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &d.table, Item: item{
			"id": str(d.membersID(r.Batch, n)), "parts": number(int64(parts)), "expires": number(r.Expires.Unix()),
			"members": &types.AttributeValueMemberB{Value: packed[n*partBytes : min(len(packed), (n+1)*partBytes)]},
		}})
		if err != nil {
			return coded(err, "store a batch's members")
		}
	}
	return nil
}

// Members implements Store.
func (d *DynamoDB) Members(ctx context.Context, batch string) ([]string, error) {
	var packed []byte
	for n, parts := 0, 1; n < parts; n++ {
		there, err := d.get(ctx, d.membersID(batch, n))
		if err != nil {
			return nil, coded(err, "read a batch's members")
		}
		part, ok := there["members"].(*types.AttributeValueMemberB)
		if !ok {
			return nil, failure.New(failure.LedgerRefused, "the members of batch %s are not in the ledger", batch)
		}
		packed = append(packed, part.Value...)
		parts = int(integer(there, "parts"))
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxMembersBytes))
	if err != nil {
		return nil, failure.Wrap(failure.Internal, err, "decode a batch's members")
	}
	defer decoder.Close()
	plain, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, failure.Wrap(failure.Internal, err, "decode a batch's members")
	}
	var members []string
	if err := json.Unmarshal(plain, &members); err != nil {
		return nil, failure.Wrap(failure.Internal, err, "decode a batch's members")
	}
	return members, nil
}

func (d *DynamoDB) membersID(batch string, part int) string {
	return "members#" + d.destination + "#" + batch + "#" + strconv.Itoa(part)
}
