package com.example

import com.scaleoutsystems.edge.client.EdgeClient
import com.scaleoutsystems.edge.client.EdgeClientBuilder
import com.scaleoutsystems.edge.client.event.EdgeClientListener
import com.scaleoutsystems.edge.client.record.Outcome
import com.scaleoutsystems.edge.client.record.RecordInfo
import com.scaleoutsystems.edge.client.record.RecordKind
import com.scaleoutsystems.edge.client.task.TrainResult
import com.scaleoutsystems.edge.model.ModelParameters
import com.scaleoutsystems.edge.model.ScaleoutModel
import com.scaleoutsystems.edge.model.Tensor
import com.scaleoutsystems.edge.sandbox.Sandbox
import com.scaleoutsystems.edge.sandbox.session.SessionPlan
import java.net.URI
import java.util.concurrent.CountDownLatch
import kotlin.math.abs

private const val SECRET = 42f

private fun model(number: Float): ScaleoutModel =
    ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(floatArrayOf(number), 1)))

private fun number(model: ScaleoutModel): Float = model.modelParameters()[0].toFloats()[0]

private fun client(api: URI): EdgeClientBuilder =
    EdgeClient.builder()
        .api(api)
        .stateless()
        .onTrain { model, _ -> TrainResult.of(model((number(model) + SECRET) / 2), 1) }
        .onValidate { model, _ -> mapOf("distance" to abs(SECRET - number(model))) }

/** Sandbox and client in one JVM. */
object Hello {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Sandbox.builder().seedModel(model(0f)).start().use { sandbox ->
            client(sandbox.restUri()).build().use { client ->
                client.start()
                val modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId()
                sandbox.model(modelId).use { println("trained: ${number(it)}") }
            }
        }
    }
}

/** A client of a server in another JVM; the argument is the API's URL. */
object ClientAlone {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val updates = CountDownLatch(2)
        val listener =
            object : EdgeClientListener {
                override fun recordSettled(record: RecordInfo, outcome: Outcome) {
                    if (record.kind() == RecordKind.MODEL_UPDATE && outcome.isDelivered) {
                        updates.countDown()
                    }
                }
            }
        client(URI.create(arguments[0])).listener(listener).build().use { client ->
            client.start()
            updates.await()
            println("trained: two models delivered")
        }
    }
}
