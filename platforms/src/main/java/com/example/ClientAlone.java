package com.example;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/** A client of a server in another JVM: ends when the server has acknowledged two of its models. The argument is the API's URL. */
public final class ClientAlone {

    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch updates = new CountDownLatch(2);
        EdgeClientListener listener = new EdgeClientListener() {
            @Override
            public void recordSettled(RecordInfo record, Outcome outcome) {
                if (record.kind() == RecordKind.MODEL_UPDATE) {
                    if (!outcome.isDelivered()) {
                        System.out.println("not delivered: " + outcome);
                        System.exit(1);
                    }
                    updates.countDown();
                }
            }
        };
        try (EdgeClient client =
                Secret.client(URI.create(arguments[0])).listener(listener).build()) {
            client.start();
            updates.await();
            System.out.println("trained: two models delivered");
        }
    }
}
