package dev.canswarm.protocol.payload;

/** The payload of an envelope as the type that its verb has; {@code Verbs} reads it. */
public sealed interface Payload
    permits Need,
        Propose,
        Decide,
        Lease,
        Commit,
        Attest,
        Release,
        Yield,
        Finalize,
        Cancel,
        Control {}
