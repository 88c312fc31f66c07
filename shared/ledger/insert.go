package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/rumline/rumline/shared/parallel"
)

// insert claims objects for a batch, and returns the claims that are there then. Most objects are nobody's, so it begins
// with as many as go into one request, which takes a fraction of the time of as many requests. What is not known to be
// made by that is claimed by itself, whatever the reason: that finds what is there, be it what this worker's own request
// has made without anybody hearing of it.
func (l *Ledger) insert(ctx context.Context, objects []string, batch string) ([]Claim, []error) {
	claims := make([]Claim, len(objects))
	for i, o := range objects {
		claims[i] = l.claim(o, batch)
	}
	var unknown []int
	for i, made := range l.insertAtOnce(ctx, claims) {
		if !made {
			unknown = append(unknown, i)
		}
	}
	errs := make([]error, len(objects))
	parallel.Each(len(unknown), l.Concurrency, func(n int) {
		i := unknown[n]
		claims[i], errs[i] = l.Store.Claim(ctx, claims[i])
	})
	return claims, errs
}

// insertAtOnce says which of the claims are known to be made. A single one is not worth a request that may tell nothing.
func (l *Ledger) insertAtOnce(ctx context.Context, claims []Claim) []bool {
	made := make([]bool, len(claims))
	if len(claims) == 1 {
		return made
	}
	requests := (len(claims) + MaxInserts - 1) / MaxInserts
	parallel.Each(requests, l.Concurrency, func(n int) {
		from, to := n*MaxInserts, min((n+1)*MaxInserts, len(claims))
		copy(made[from:to], l.Store.Insert(ctx, claims[from:to]))
	})
	return made
}

// insertion is a conditional write of a claim: PartiQL's INSERT fails where there is an item of the same key
// (docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html).
func insertion(table string) string {
	return `INSERT INTO "` + table + `" VALUE {'id': ?, 'batch': ?, 'lease': ?, 'expires': ?}`
}

// Insert implements Store. The statements of a request have no more to do with each other than requests of their own: each
// has an answer for itself, in the order of the statements.
func (d *DynamoDB) Insert(ctx context.Context, claims []Claim) []bool {
	statements := make([]types.BatchStatementRequest, len(claims))
	for i, c := range claims {
		statements[i] = types.BatchStatementRequest{Statement: &d.insertion, Parameters: []types.AttributeValue{
			str(d.claimID(c.Object)), str(c.Batch), number(c.Lease.UnixMilli()), number(c.Expires.Unix()),
		}}
	}
	made := make([]bool, len(claims))
	out, err := d.client.BatchExecuteStatement(ctx, &dynamodb.BatchExecuteStatementInput{Statements: statements})
	if err != nil || len(out.Responses) != len(claims) {
		return made // nothing is known: Claim says what is wrong, if it still is
	}
	for i := range out.Responses {
		made[i] = out.Responses[i].Error == nil
	}
	return made
}
